"""Events of TensorBoard, encoded by Google's protocol buffers from the messages of event.proto.

Writes event_file.json:  /usr/bin/python3 event_file.py > event_file.json
(Debian's python3-protobuf. The fields are those of TensorFlow's event.proto, summary.proto and of
TensorBoard's plugins/hparams/plugin_data.proto; CRC-32C bit by bit, as RFC 3720 defines it.)
"""
import json
import struct
import sys

import google.protobuf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, struct_pb2

Field = descriptor_pb2.FieldDescriptorProto
FILE = descriptor_pb2.FileDescriptorProto(name='event.proto', package='t', syntax='proto3',
                                          dependency=['google/protobuf/struct.proto'])


def message(name, *fields):
    made = FILE.message_type.add(name=name)
    for number, field, kind, *rest in fields:
        label = Field.LABEL_REPEATED if 'repeated' in rest else Field.LABEL_OPTIONAL
        is_message = isinstance(kind, str)
        made.field.add(name=field, number=number, label=label,
                       type=Field.TYPE_MESSAGE if is_message else kind,
                       type_name=kind if is_message else None)
    return made


message('Plugin', (1, 'plugin_name', Field.TYPE_STRING), (2, 'content', Field.TYPE_BYTES))
message('Metadata', (1, 'plugin_data', '.t.Plugin'))
message('Value', (1, 'tag', Field.TYPE_STRING), (2, 'simple_value', Field.TYPE_FLOAT),
        (9, 'metadata', '.t.Metadata'))
message('Summary', (1, 'value', '.t.Value', 'repeated'))
message('Event', (1, 'wall_time', Field.TYPE_DOUBLE), (2, 'step', Field.TYPE_INT64),
        (3, 'file_version', Field.TYPE_STRING), (5, 'summary', '.t.Summary'))
message('Pair', (1, 'key', Field.TYPE_STRING), (2, 'value', '.google.protobuf.Value'))
message('Start', (1, 'hparams', '.t.Pair', 'repeated'), (4, 'group_name', Field.TYPE_STRING),
        (5, 'start_time_secs', Field.TYPE_DOUBLE))
message('End', (1, 'status', Field.TYPE_INT64), (2, 'end_time_secs', Field.TYPE_DOUBLE))
message('Data', (3, 'start', '.t.Start'), (4, 'end', '.t.End'))

POOL = descriptor_pool.DescriptorPool()
POOL.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
POOL.Add(FILE)
FACTORY = message_factory.MessageFactory(POOL)


def kind(name):
    return FACTORY.GetPrototype(POOL.FindMessageTypeByName('t.' + name))


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(data):
    length = struct.pack('<Q', len(data))
    return length + struct.pack('<I', masked(length)) + data + struct.pack('<I', masked(data))


def plugin(tag, data):
    return {'value': [{'tag': tag, 'metadata': {'plugin_data': {
        'plugin_name': 'hparams', 'content': data.SerializeToString(deterministic=True)}}}]}


def event(**fields):
    return kind('Event')(**fields).SerializeToString(deterministic=True)


start = kind('Data')()
for name, value in (('lr', 0.25), ('depth', 3), ('kind', 'adam'), ('nesterov', True)):
    pair = start.start.hparams.add(key=name)
    field = ('bool_value' if isinstance(value, bool) else
             'string_value' if isinstance(value, str) else 'number_value')
    setattr(pair.value, field, value)
start.start.group_name = 'trial 7'
start.start.start_time_secs = 1.5
end = kind('Data')()
end.end.status = 2
end.end.end_time_secs = 9.5

version = event(wall_time=1.5, file_version='brain.Event:2')
json.dump({
    'origin': f'python3-protobuf {google.protobuf.__version__}, {sys.argv[0]}',
    'version': version.hex(),
    'record': record(version).hex(),
    'scalar': event(wall_time=2.25, step=300, summary={
        'value': [{'tag': 'eval_loss', 'simple_value': 0.1}]}).hex(),
    'start': event(wall_time=1.5, summary=plugin('_hparams_/session_start_info', start)).hex(),
    'end': event(wall_time=9.5, summary=plugin('_hparams_/session_end_info', end)).hex(),
}, sys.stdout, indent=1)
print()
