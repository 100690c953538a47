using System.Buffers;
using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Text;
using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes;

/// <summary>One object of an agent. Neither number nor text: the agent has no such object.</summary>
internal readonly record struct SnmpObject(string Oid, double? Number, string? Text)
{
    public bool IsMissing => Number is null && Text is null;
}

/// <summary>Reading from an SNMP agent over the gateway's own link; community and keys are the link's matter.</summary>
internal sealed class SnmpSession : IAsyncDisposable
{
    private const int Get = 0, Response = 2, Bulk = 5;
    private const int Version2C = 1;
    private const int Rows = 24;
    private const int NoSuchName = 2;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1.5);

    private readonly ILink _link;
    private readonly ProbeTurn _turn;
    private readonly CancellationToken _late;
    private int _id;

    private SnmpSession(ILink link, ProbeTurn turn, CancellationToken late) => (_link, _turn, _late) = (link, turn, late);

    public static async Task<SnmpSession> OpenAsync(ILinkFactory links, ProbeTurn turn, CancellationToken late)
    {
        turn.Note($"opening {turn.Plan.Target}");
        return new(await links.OpenAsync(turn.Plan.Target!, turn.Plan.Secret, late), turn, late);
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    public async Task<IReadOnlyList<SnmpObject>> GetAsync(params IReadOnlyList<string> oids)
    {
        _turn.Note($"get {string.Join(' ', oids)}");
        var answer = await AskAsync(Get, oids, 0);
        foreach (var found in answer) _turn.Note($"{found.Oid} = {Shown(found)}");
        return answer;
    }

    /// <summary>Everything below an object, in the agent's order, at most <paramref name="most"/>.</summary>
    public async Task<IReadOnlyList<SnmpObject>> WalkAsync(string oid, int most)
    {
        _turn.Note($"walk {oid}");
        var found = new List<SnmpObject>();
        var at = oid;
        while (found.Count < most)
        {
            var answer = await AskAsync(Bulk, [at], Rows);
            var inside = answer.TakeWhile(o => !o.IsMissing && o.Oid.StartsWith(oid + ".", StringComparison.Ordinal)).ToList();
            if (inside.Count == 0 || inside[^1].Oid == at) break;
            found.AddRange(inside);
            if (inside.Count < answer.Count) break;
            at = inside[^1].Oid;
        }

        _turn.Note($"{found.Count} objects");
        return found;
    }

    private async Task<IReadOnlyList<SnmpObject>> AskAsync(int kind, IReadOnlyList<string> oids, int rows)
    {
        var question = Write(kind, ++_id, oids, rows);
        while (true)
        {
            await _link.Output.WriteAsync(question, _late);
            using var patience = new CancellationTokenSource(AskAgainAfter, _turn.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _late);
            try
            {
                var read = await _link.Input.ReadAsync(either.Token);
                var message = read.Buffer.ToArray();
                _link.Input.AdvanceTo(read.Buffer.End);
                if (message.Length == 0 && read.IsCompleted) throw new IOException($"the agent's host refuses ({await _link.Ended})");
                return Read(message);
            }
            catch (OperationCanceledException) when (!_late.IsCancellationRequested)
            {
                _turn.Note("no answer yet; asked again");
            }
            catch (AsnContentException broken)
            {
                throw new IOException($"the agent's answer cannot be read: {broken.Message}", broken);
            }
        }
    }

    private static byte[] Write(int kind, int id, IReadOnlyList<string> oids, int rows)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version2C);
            writer.WriteOctetString("public"u8);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, kind, isConstructed: true)))
            {
                writer.WriteInteger(id);
                writer.WriteInteger(0);
                writer.WriteInteger(kind == Bulk ? rows : 0);
                using (writer.PushSequence())
                {
                    foreach (var oid in oids)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(oid);
                            writer.WriteNull();
                        }
                    }
                }
            }
        }

        return writer.Encode();
    }

    private static List<SnmpObject> Read(byte[] message)
    {
        var whole = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
        whole.ReadInteger();
        whole.ReadOctetString();
        var pdu = whole.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, Response, isConstructed: true));
        pdu.ReadInteger();
        var error = (int)pdu.ReadInteger();
        pdu.ReadInteger();

        // An old agent tells of a missing object by an error of the whole answer.
        if (error is not (0 or NoSuchName)) throw new IOException($"the agent answers with error {error}");
        var found = new List<SnmpObject>();
        var list = pdu.ReadSequence();
        while (list.HasData)
        {
            var pair = list.ReadSequence();
            found.Add(Object(pair.ReadObjectIdentifier(), pair, error));
        }

        return found;
    }

    private static SnmpObject Object(string oid, AsnReader value, int error)
    {
        var tag = value.PeekTag();
        if (error != 0 || tag.TagClass is TagClass.ContextSpecific || tag == Asn1Tag.Null) return new(oid, null, null);
        if (tag == Asn1Tag.Integer) return new(oid, (double)value.ReadInteger(), null);
        if (tag == Asn1Tag.ObjectIdentifier) return new(oid, null, value.ReadObjectIdentifier());
        if (tag == Asn1Tag.PrimitiveOctetString) return new(oid, null, Encoding.UTF8.GetString(value.ReadOctetString()).TrimEnd('\0'));

        // Counter32, Gauge32, TimeTicks, Counter64 of the SMI are unsigned integers under their own tags.
        return tag is { TagClass: TagClass.Application, TagValue: 1 or 2 or 3 or 6 }
            ? new(oid, (double)new BigInteger(value.PeekContentBytes().Span, isUnsigned: true, isBigEndian: true), null)
            : new(oid, null, Convert.ToHexString(value.PeekContentBytes().Span));
    }

    private static string Shown(SnmpObject found) => found.Number?.ToString(CultureInfo.InvariantCulture) ?? found.Text ?? "no such object";
}
