"""The only room that knows the Discogs API and the only one that speaks HTTP.

`protocol` builds requests and reads answers without any I/O, `parse` turns bodies into values, `throttle` spends the
budget, `http` carries, `client` joins them. Facts about the API: the developer documentation and recorded answers.
"""
