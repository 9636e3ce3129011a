"""Fills in what Jinja makes of the templates in chat_templates.json, with the settings of Hugging Face transformers
(ImmutableSandboxedEnvironment, trim_blocks, lstrip_blocks). Made with Debian's python3-jinja2 3.1.2; chat_ids.mjs then
adds the ids.

  /usr/bin/python3 tests/trainer_formats/golden/chat_templates.py
"""
import json
import pathlib

import jinja2.sandbox

FILE = pathlib.Path(__file__).with_suffix(".json")


def said(role, content):
    return {"role": role, "content": content}


CONVERSATIONS = [
    [said("user", "hi"), said("assistant", "hello")],
    [said("system", "Be brief."), said("user", " Who wrote \"Emma\"?\n"), said("assistant", "Jane Austen. "),
     said("user", "When?"), said("assistant", "In 1815.")],
    [said("user", "Count:\n\n1\n2"), said("assistant", "3\n4"), said("user", "  naïve café 漢字 👍🏽"),
     said("assistant", "It's {{ nothing }} & <b>all</b>"), said("user", "'quoted' \\n"), said("assistant", "ok")],
]


def main():
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    golden = json.loads(FILE.read_text())
    golden["origin"] = f"chat_templates.py with Jinja {jinja2.__version__}, chat_ids.mjs with tokenizers 0.23.2"
    for form in golden["forms"].values():
        template = environment.from_string(form["template"])
        form["texts"] = [template.render(messages=messages, add_generation_prompt=False) for messages in CONVERSATIONS]
        form["asked"] = template.render(messages=CONVERSATIONS[1][:2], add_generation_prompt=True)
        form["conversations"] = CONVERSATIONS
    FILE.write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")


main()
