using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Probes.Kinds;

/// <summary>Whether a name server answers for a name (RFC 1035 over UDP), and with the right address.</summary>
internal sealed class DnsProbe(Reach reach)
{
    private const int HeaderLength = 12;
    private const int NameError = 3;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly (string Word, ushort Type)[] Types = [("a", 1), ("aaaa", 28)];

    public static ProbeKind Kind(ProbeTools tools) => new("dns", "A name server answers", "域名服务器应答", "dns://SERVER/NAME", new DnsProbe(new(tools.Names)).RunAsync)
    {
        Schemes = ["dns"],
        DefaultPort = 53,
        Check = Check,
        Options =
        [
            new("type", ValueKind.Text, "a", "What is asked for", "查询类型") { OneOf = [.. Types.Select(t => t.Word)] },
            new("expect", ValueKind.Text, "", "An address that must be among the answers", "应答中须包含的地址"),
        ],
        CheckOptions = options => options["expect"].Text is { Length: > 0 } text && !IPAddress.TryParse(text, out _) ? [$"\"expect\": \"{text}\" is no address"] : [],
        Measures = [CommonMeasures.OfLatency(500), new("answers", "", "Addresses in the answer", "应答地址数")],
    };

    private static IEnumerable<string> Check(LinkAddress address)
    {
        var name = address.Path.Trim('/');
        if (name.Length is 0 or > 253 || name.Split('.').Any(l => l.Length is 0 or > 63) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')) yield return $"\"{name}\" is no name that can be asked for";
        foreach (var option in address.Options.Keys) yield return $"dns knows no \"{option}=\"";
    }

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var (target, options) = (turn.Plan.Target!, turn.Plan.Options);
        using var socket = await reach.DatagramsAsync(target.Host, target.Port!.Value, turn, late);
        var type = Types.First(t => t.Word == options["type"].Text).Type;
        var id = (ushort)RandomNumberGenerator.GetInt32(1 << 16);
        var question = Question(id, target.Path.Trim('/'), type);
        var began = turn.Time.GetTimestamp();
        var answer = await Datagrams.AskAsync(socket, question, b => b.Length >= HeaderLength && BinaryPrimitives.ReadUInt16BigEndian(b) == id && (b[2] & 0x80) != 0, AskAgainAfter, turn, late);
        var took = CommonMeasures.Took(turn.Time.GetElapsedTime(began));
        var code = answer[3] & 0x0F;
        if (code != 0) return ProbeSight.Wrong(
            code == NameError
                ? new($"服务器没有 {target.Path.Trim('/')} 的记录", $"the server knows no {target.Path.Trim('/')}")
                : new($"服务器拒绝查询，代码 {code}", $"the server refuses with code {code}"), took);
        if (!TryAddresses(answer, type, out var found)) return ProbeSight.Wrong(new("应答无法解析", "the answer cannot be read"), took);
        foreach (var address in found) turn.Note($"answer: {address}");
        if (found.Count == 0) return ProbeSight.Wrong(new($"服务器没有 {target.Path.Trim('/')} 的此类地址", $"the server has no address of this type for {target.Path.Trim('/')}"), took, new("answers", 0));
        if (options["expect"].Text is { Length: > 0 } expected && !found.Contains(IPAddress.Parse(expected))) return ProbeSight.Wrong(new($"应答为 {string.Join("、", found)}，不含 {expected}", $"{string.Join(", ", found)} and not {expected}"), took, new("answers", found.Count));
        return ProbeSight.Seen(Wording.Own(string.Join(", ", found)), took, new("answers", found.Count));
    }

    private static byte[] Question(ushort id, string name, ushort type)
    {
        using var bytes = new MemoryStream();
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteUInt16BigEndian(header, id);
        header[2] = 0x01; // recursion desired
        header[5] = 1;
        bytes.Write(header);
        foreach (var label in name.Split('.'))
        {
            bytes.WriteByte((byte)label.Length);
            bytes.Write(Encoding.ASCII.GetBytes(label));
        }

        bytes.WriteByte(0);
        Span<byte> rest = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(rest, type);
        rest[3] = 1; // class IN
        bytes.Write(rest);
        return bytes.ToArray();
    }

    /// <summary>Addresses of the answer section; false for a message that breaks its own lengths.</summary>
    internal static bool TryAddresses(ReadOnlySpan<byte> message, ushort type, out List<IPAddress> found)
    {
        found = [];
        if (message.Length < HeaderLength) return false;
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var at = HeaderLength;
        for (var i = 0; i < questions; i++)
        {
            if (!TrySkipName(message, ref at)) return false;
            at += 4;
        }

        for (var i = 0; i < answers; i++)
        {
            if (!TrySkipName(message, ref at) || at + 10 > message.Length) return false;
            var kind = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length) return false;
            if (kind == type && length is 4 or 16) found.Add(new(message.Slice(at, length)));
            at += length;
        }

        return true;
    }

    // A name ends with an empty label or with a pointer to another name; where that leads is of no interest here.
    private static bool TrySkipName(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            var length = message[at];
            if (length >= 0xC0)
            {
                at += 2;
                return at <= message.Length;
            }

            at += length + 1;
            if (length == 0) return true;
        }

        return false;
    }
}
