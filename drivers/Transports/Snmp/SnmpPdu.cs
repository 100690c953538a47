using System.Formats.Asn1;
using System.Numerics;

namespace AvGateway.Drivers.Transports.Snmp;

/// <summary>A protocol data unit as the transport needs to know it: its kind, its request id, and the rest untouched.</summary>
internal readonly record struct SnmpPdu(int Kind, int RequestId, ReadOnlyMemory<byte> Rest)
{
    public const int Get = 0, Response = 2, Report = 8;

    /// <summary>Reads one; throws <see cref="AsnContentException"/> for what is none.</summary>
    public static SnmpPdu Read(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER);
        var tag = outer.PeekTag();
        if (tag.TagClass is not TagClass.ContextSpecific || !tag.IsConstructed) throw new AsnContentException("no PDU of SNMP");
        var inner = outer.ReadSequence(tag);
        var id = Number(inner);
        var rest = new AsnWriter(AsnEncodingRules.BER);
        rest.PushSequence();
        while (inner.HasData) rest.WriteEncodedValue(inner.ReadEncodedValue().Span);
        rest.PopSequence();
        return new(tag.TagValue, id, Content(rest.Encode()));
    }

    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        WriteTo(writer);
        return writer.Encode();
    }

    public void WriteTo(AsnWriter writer)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, Kind, isConstructed: true);
        writer.PushSequence(tag);
        writer.WriteInteger(RequestId);
        var parts = new AsnReader(Rest, AsnEncodingRules.BER);
        while (parts.HasData) writer.WriteEncodedValue(parts.ReadEncodedValue().Span);
        writer.PopSequence(tag);
    }

    /// <summary>The object that a report names, dotted.</summary>
    public string? FirstObject()
    {
        var parts = new AsnReader(Rest, AsnEncodingRules.BER);
        parts.ReadEncodedValue();
        parts.ReadEncodedValue();
        var list = parts.ReadSequence();
        return list.HasData ? list.ReadSequence().ReadObjectIdentifier() : null;
    }

    /// <summary>A question for one object, of the transport's own.</summary>
    public static SnmpPdu Question(int id, string? dotted)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        writer.PushSequence();
        writer.WriteInteger(0);
        writer.WriteInteger(0);
        writer.PushSequence();
        if (dotted is not null)
        {
            writer.PushSequence();
            writer.WriteObjectIdentifier(dotted);
            writer.WriteNull();
            writer.PopSequence();
        }

        writer.PopSequence();
        writer.PopSequence();
        return new(Get, id, Content(writer.Encode()));
    }

    internal static int Number(AsnReader reader)
    {
        var number = new BigInteger(reader.ReadIntegerBytes().Span, isBigEndian: true);
        return number >= int.MinValue && number <= int.MaxValue ? (int)number : throw new AsnContentException("a number beyond 32 bits");
    }

    private static ReadOnlyMemory<byte> Content(byte[] sequence) => new AsnReader(sequence, AsnEncodingRules.BER).PeekContentBytes();
}
