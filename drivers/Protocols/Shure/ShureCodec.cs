using System.Buffers;
using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Protocols.Shure;

/// <summary>Command strings: everything stands between <c>&lt; </c> and <c> &gt;</c>, no line ends, several messages in one piece. A request is what stands inside.</summary>
public sealed class ShureCodec : IWireCodec<ShureReply>
{
    private const byte Open = (byte)'<', Close = (byte)'>', Brace = (byte)'{', EndBrace = (byte)'}';
    private const int MostRequest = 80;

    private static readonly SearchValues<char> RequestCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ");

    public int MaxReplyLength => 2048;

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Length is 0 or > MostRequest || request.AsSpan().ContainsAnyExcept(RequestCharacters))
            throw new ArgumentException("a request holds capital letters, digits, underscores and spaces only", nameof(request));
        Encoding.ASCII.GetBytes($"< {request} >", output);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out ShureReply reply)
    {
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        var open = bytes.IndexOf(Open);
        if (open < 0) return false;
        var end = EndOf(bytes[open..]);
        if (end < 0) return false;
        reply = Parse(Encoding.UTF8.GetString(bytes[(open + 1)..(open + end)]));
        input = input.Slice(open + end + 1);
        return true;
    }

    /// <summary>Where the message ends. A name in braces may hold a bracket; a second opening one outside of braces begins anew.</summary>
    private static int EndOf(ReadOnlySpan<byte> bytes)
    {
        var isText = false;
        for (var at = 1; at < bytes.Length; at++)
        {
            if (bytes[at] == Brace) isText = true;
            else if (bytes[at] == EndBrace) isText = false;
            else if (bytes[at] == Close && !isText) return at;
        }

        // A brace that was lost must not swallow what follows for ever: the bound of the runtime ends that.
        return -1;
    }

    private static ShureReply Parse(string text)
    {
        // Half a message in front of a whole one.
        var brace = text.IndexOf('{', StringComparison.Ordinal);
        var again = (brace < 0 ? text : text[..brace]).LastIndexOf('<');
        if (again >= 0) text = text[(again + 1)..];
        text = text.Trim();
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["REP", "ERR", ..]) return new(ShureReplyKind.Error, 0, "ERR", "");
        if (words is ["SAMPLE" or "SAMPLE_IN" or "SAMPLE_OUT", ..]) return new(ShureReplyKind.Sample, 0, words[0], "");
        if (words is not ["REP", _, ..]) return new(ShureReplyKind.Other, 0, "", text);
        var hasChannel = int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var channel) && words.Length > 2;
        var name = words[hasChannel ? 2 : 1];
        var rest = text[(text.IndexOf(name, hasChannel ? text.IndexOf(words[1], StringComparison.Ordinal) + words[1].Length : 3, StringComparison.Ordinal) + name.Length)..].Trim();
        if (rest is ['{', .. var inside, '}']) rest = inside.Trim();
        return new(ShureReplyKind.Report, hasChannel ? channel : 0, name, rest);
    }
}
