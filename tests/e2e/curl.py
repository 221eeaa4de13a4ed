"""A stand-in for curl on machines without it: the options that the README uses, and a refusal of any other."""

import argparse
import sys

import httpx

parser = argparse.ArgumentParser(prog="curl")
parser.add_argument("url")
parser.add_argument("-s", action="store_true")
parser.add_argument("-H", dest="headers", action="append", default=[])
parser.add_argument("-d", dest="body")
asked = parser.parse_args()
headers = dict(header.split(": ", 1) for header in asked.headers)
method = "GET" if asked.body is None else "POST"
content = None if asked.body is None else asked.body.encode()
answer = httpx.request(method, asked.url, headers=headers, content=content, timeout=30, trust_env=False)
sys.stdout.buffer.write(answer.content)
