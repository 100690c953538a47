using System.Buffers;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>Frames as a profile parts them. A request is the frame in hex, as its template has written it.</summary>
internal sealed class ProfiledCodec(ProfileFrame frame) : IWireCodec<ProfiledReply>
{
    public int MaxReplyLength => 4 * ProfileFrame.Longest;

    public static string Request(byte[] bytes) => Convert.ToHexString(bytes);

    /// <remarks>The template has refused a caller's text that holds a delimiter; this is the second lock on the same door.</remarks>
    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Length % 2 != 0 || !request.All(char.IsAsciiHexDigit)) throw new ArgumentException("a request is written in hex", nameof(request));
        var bytes = Convert.FromHexString(request);
        if (!frame.IsHex && (bytes.AsSpan().IndexOf(frame.End) >= 0 || (frame.Start.Length > 0 && bytes.AsSpan().IndexOf(frame.Start) >= 0)))
            throw new ArgumentException("a request holds what ends a frame or begins one", nameof(request));
        output.Write(frame.Start);
        output.Write(bytes);
        output.Write(frame.End);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out ProfiledReply reply)
    {
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        var taken = frame.IsHex ? ReadForm(bytes, out reply) : ReadText(bytes, out reply);
        if (taken == 0) return false;
        input = input.Slice(taken);
        return true;
    }

    /// <summary>The first place from which on everything fits; what stands before it is noise.</summary>
    private int ReadForm(ReadOnlySpan<byte> bytes, out ProfiledReply reply)
    {
        reply = null!;
        var form = frame.Form!;
        for (var at = 0; at < bytes.Length; at++)
        {
            var rest = bytes[at..];
            var fits = true;
            for (var i = 0; fits && i < Math.Min(rest.Length, form.Places.Count); i++) fits = form.Places[i].Holds(rest[i]);
            if (!fits) continue;
            if (rest.Length < form.Places.Count) return 0;
            var length = form.LengthAt < 0 ? form.Places.Count : rest[form.LengthAt] + form.LengthPlus;
            if (length < form.Places.Count || length > ProfileFrame.Longest) continue;
            if (rest.Length < length) return 0;
            reply = new(rest[..length].ToArray());
            return at + length;
        }

        return 0;
    }

    private int ReadText(ReadOnlySpan<byte> bytes, out ProfiledReply reply)
    {
        reply = null!;
        var (at, end) = (int.MaxValue, Array.Empty<byte>());
        foreach (var each in frame.AnswerEnds)
        {
            var found = bytes.IndexOf(each);
            if (found >= 0 && found < at) (at, end) = (found, each);
        }

        if (at == int.MaxValue) return 0;
        var text = bytes[..at];

        // A frame that was broken off and begun anew, and whatever stood before it, is noise.
        if (frame.AnswerStart.Length > 0 && text.LastIndexOf(frame.AnswerStart) is >= 0 and var start) text = text[(start + frame.AnswerStart.Length)..];
        if (text.Length > ProfileFrame.Longest) text = text[..ProfileFrame.Longest];
        var kept = text.ToArray().Where(b => !frame.Ignored.Contains(b));
        reply = new((byte[])[.. kept, .. frame.AnswerEnds.Count > 1 ? end : []]);
        return at + end.Length;
    }
}
