using System.Formats.Asn1;
using System.Text;

namespace AvGateway.Drivers.Transports.Snmp;

/// <summary>A message of SNMP v1 or v2c, which is also what a driver and its link give each other whatever is spoken outside.</summary>
internal static class SnmpMessage
{
    public const int Version2C = 1, Version3 = 3;

    /// <summary>What stands in a driver's message in place of the community: nothing that is a secret.</summary>
    public const string Placeholder = "public";

    /// <summary>Reads the PDU and the community; throws <see cref="AsnContentException"/> for anything else.</summary>
    public static SnmpPdu Read(ReadOnlyMemory<byte> message, out string community)
    {
        var outer = new AsnReader(message, AsnEncodingRules.BER);
        var parts = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (SnmpPdu.Number(parts) is not (0 or Version2C)) throw new AsnContentException("no message of SNMP v1 or v2c");
        community = Encoding.UTF8.GetString(parts.ReadOctetString());
        return SnmpPdu.Read(parts.ReadEncodedValue());
    }

    public static byte[] Write(string community, SnmpPdu pdu)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        writer.PushSequence();
        writer.WriteInteger(Version2C);
        writer.WriteOctetString(Encoding.UTF8.GetBytes(community));
        pdu.WriteTo(writer);
        writer.PopSequence();
        return writer.Encode();
    }
}
