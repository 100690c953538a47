namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>A protocol data unit of SNMP; the two numbers behind the request id are those of GETBULK where it is one.</summary>
internal sealed record SnmpPdu(byte Tag, long RequestId, long ErrorStatus, long ErrorIndex, IReadOnlyList<(Oid Oid, Tlv Value)> Bindings)
{
    public const byte Get = 0xA0, GetNext = 0xA1, Response = 0xA2, Set = 0xA3, GetBulk = 0xA5, Report = 0xA8;

    public static SnmpPdu? Read(Tlv pdu)
    {
        if (pdu.Parts() is not [{ Tag: Tlv.Integer } id, { Tag: Tlv.Integer } status, { Tag: Tlv.Integer } index, { Tag: Tlv.Sequence } list]) return null;
        if (list.Parts() is not { } rows) return null;
        var bindings = new List<(Oid, Tlv)>();
        foreach (var row in rows)
        {
            if (row.Parts() is not [{ Tag: Tlv.ObjectId } name, var value] || Oid.Decode(name.Content) is not { } oid) return null;
            bindings.Add((oid, value));
        }

        return new(pdu.Tag, id.Number, status.Number, index.Number, bindings);
    }

    public Tlv Encode() => Tlv.Group(Tag, Tlv.Of(RequestId), Tlv.Of(ErrorStatus), Tlv.Of(ErrorIndex),
        Tlv.Group(Tlv.Sequence, Bindings.Select(binding => Tlv.Group(Tlv.Sequence, Tlv.Of(binding.Oid), binding.Value))));
}
