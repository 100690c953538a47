using System.Buffers;
using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace AvGateway.Drivers.Protocols.Snmp;

/// <summary>
/// Messages of SNMP v2c. What a request reads like: <c>get 7 1.3.6.1.2.1.1.2.0 …</c>, <c>set 8 1.3.6.1… 2</c> (a whole number), with the id
/// that the answer bears. The link puts in what is secret, or makes version 3 of it.
/// </summary>
public sealed class SnmpCodec : IWireCodec<SnmpReply>
{
    private const byte SequenceTag = 0x30;
    private const int Version2C = 1, ResponseKind = 2, GetKind = 0, SetKind = 3;
    private const int MostHeader = 4;

    // What every message begins with behind its length: an INTEGER of one byte, the version.
    private const int BeginsWith = 3;

    private static readonly Asn1Tag Response = new(TagClass.ContextSpecific, ResponseKind, isConstructed: true);

    /// <summary>The longest answer of a card that keeps to its 1500-byte frames, and more.</summary>
    public int MaxReplyLength => 8192;

    public bool TryRead(ref ReadOnlySequence<byte> input, out SnmpReply reply)
    {
        reply = null!;
        while (TryWhole(ref input, out var length))
        {
            var message = input.Slice(0, length).ToArray();
            if (Parse(message) is { } read)
            {
                input = input.Slice(length);
                reply = read;
                return true;
            }

            // Not what it looked like: a message may begin at any byte behind it.
            input = input.Slice(1);
        }

        return false;
    }

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        var words = request.Split(' ');
        if (words.Length < 3 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) throw Wrong(request);
        var writer = new AsnWriter(AsnEncodingRules.BER);
        switch (words[0])
        {
            case "get" when words[2..].All(IsOid): Write(writer, GetKind, id, words[2..], null); break;
            case "set" when words.Length == 4 && IsOid(words[2])
                && int.TryParse(words[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value):
                Write(writer, SetKind, id, [words[2]], value);
                break;
            default: throw Wrong(request);
        }

        output.Write(writer.Encode());
    }

    private static ArgumentException Wrong(string request) => new($"\"{request}\" is no request of SNMP", nameof(request));

    private static bool IsOid(string word) => word.Length is > 2 and < 256 && word[0] is '0' or '1' or '2' && word.All(c => c == '.' || char.IsAsciiDigit(c))
        && !word.Contains("..", StringComparison.Ordinal) && word[^1] != '.';

    private static void Write(AsnWriter writer, int kind, int id, string[] oids, int? value)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version2C);
            writer.WriteOctetString("public"u8);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, kind, isConstructed: true)))
            {
                writer.WriteInteger(id);
                writer.WriteInteger(0);
                writer.WriteInteger(0);
                using (writer.PushSequence())
                {
                    foreach (var oid in oids)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(oid);
                            if (value is { } number) writer.WriteInteger(number);
                            else writer.WriteNull();
                        }
                    }
                }
            }
        }
    }

    /// <summary>Skips to where a message begins and says how long it is; false while that cannot be told or it is not all there.</summary>
    private bool TryWhole(ref ReadOnlySequence<byte> input, out int length)
    {
        Span<byte> front = stackalloc byte[MostHeader + BeginsWith];
        while (true)
        {
            length = 0;
            var reader = new SequenceReader<byte>(input);
            if (!reader.TryAdvanceTo(SequenceTag, advancePastDelimiter: false))
            {
                input = input.Slice(input.End);
                return false;
            }

            input = input.Slice(reader.Position);
            var there = (int)Math.Min(input.Length, front.Length);
            input.Slice(0, there).CopyTo(front);
            switch (Header(front[..there], out var header, out var content))
            {
                case null: return false;
                case true when header + content <= MaxReplyLength:
                    length = header + content;
                    return input.Length >= length;
                default: input = input.Slice(1); break;
            }
        }
    }

    /// <summary>Whether these bytes begin a message; null when there are too few to tell.</summary>
    private static bool? Header(ReadOnlySpan<byte> bytes, out int header, out int content)
    {
        (header, content) = (2, 0);
        if (bytes.Length < 2) return null;
        content = bytes[1];
        if (content > 0x80)
        {
            var count = content - 0x80;
            if (count > 2) return false;
            header = 2 + count;
            if (bytes.Length < header) return null;
            content = count == 1 ? bytes[2] : (bytes[2] << 8) | bytes[3];
        }

        if (content < BeginsWith) return false;
        for (var i = 0; i < BeginsWith; i++)
        {
            if (bytes.Length <= header + i) return null;
            var fits = i switch { 0 => bytes[header] == 0x02, 1 => bytes[header + 1] == 0x01, _ => bytes[header + 2] is 0 or Version2C };
            if (!fits) return false;
        }

        return true;
    }

    private static SnmpReply? Parse(byte[] message)
    {
        try
        {
            var outer = new AsnReader(message, AsnEncodingRules.BER);
            var parts = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            parts.ReadIntegerBytes();
            parts.ReadOctetString();
            var pdu = parts.ReadSequence(Response);
            parts.ThrowIfNotEmpty();
            if (!pdu.TryReadInt32(out var id) || !pdu.TryReadInt32(out var status) || !pdu.TryReadInt32(out var index)) return null;
            var list = pdu.ReadSequence();
            pdu.ThrowIfNotEmpty();
            var bindings = new List<SnmpBinding>();
            while (list.HasData) bindings.Add(Binding(list.ReadSequence()));
            return new(id, status, index, bindings);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static SnmpBinding Binding(AsnReader row)
    {
        var oid = row.ReadObjectIdentifier();
        var tag = row.PeekTag();
        var content = row.PeekContentBytes().Span;
        var binding = (tag.TagClass, tag.TagValue) switch
        {
            (TagClass.Universal, 2) => new SnmpBinding(oid, SnmpKind.Integer, Number(content, isUnsigned: false)),
            (TagClass.Universal, 4) => new(oid, SnmpKind.Text, 0, Words(content)),
            (TagClass.Universal, 5) => new(oid, SnmpKind.Null),
            (TagClass.Universal, 6) => new(oid, SnmpKind.ObjectId, 0, row.ReadObjectIdentifier()),
            (TagClass.Application, 0) => new(oid, SnmpKind.Address, 0, string.Join('.', content.ToArray())),
            (TagClass.Application, 1 or 6) => new(oid, SnmpKind.Counter, Number(content, isUnsigned: true)),
            (TagClass.Application, 2) => new(oid, SnmpKind.Gauge, Number(content, isUnsigned: true)),
            (TagClass.Application, 3) => new(oid, SnmpKind.Ticks, Number(content, isUnsigned: true)),
            (TagClass.ContextSpecific, 0) => new(oid, SnmpKind.NoSuchObject),
            (TagClass.ContextSpecific, 1) => new(oid, SnmpKind.NoSuchInstance),
            (TagClass.ContextSpecific, 2) => new(oid, SnmpKind.EndOfView),
            _ => new(oid, SnmpKind.Other, 0, Convert.ToHexString(content)),
        };
        if (row.HasData && binding.Kind is not SnmpKind.ObjectId) row.ReadEncodedValue();
        row.ThrowIfNotEmpty();
        return binding;
    }

    // By hand: some cards do not write the shortest form, and a leading zero is no reason to lose a reading.
    private static long Number(ReadOnlySpan<byte> content, bool isUnsigned)
    {
        if (content.IsEmpty) throw new AsnContentException("a number without digits");
        var number = new BigInteger(content, isUnsigned, isBigEndian: true);
        return number > long.MaxValue ? long.MaxValue : number < long.MinValue ? long.MinValue : (long)number;
    }

    private static string Words(ReadOnlySpan<byte> content)
    {
        // Texts of some cards end in the zero of their language.
        var text = content.TrimEnd((byte)0);
        foreach (var b in text)
        {
            if (b is < 0x20 and not (byte)'\t' and not (byte)'\r' and not (byte)'\n') return Convert.ToHexString(content);
        }

        return Encoding.UTF8.GetString(text);
    }
}
