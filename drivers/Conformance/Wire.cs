using System.Buffers;
using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Conformance;

/// <summary>Bytes and the notation in which the log and the transcripts write them.</summary>
internal static class Wire
{
    private const string Hidden = "***";

    /// <summary>What the device said on its first link, as far as no secret was in it.</summary>
    public static byte[] Heard(IEnumerable<PassedFrame> frames)
    {
        var heard = new List<byte>();
        foreach (var frame in frames.Where(f => !f.IsSent))
        {
            if (frame.Text == Hidden) break;
            heard.AddRange(Read(frame.Text));
        }

        return [.. heard];
    }

    public static byte[] Read(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
                continue;
            }

            i++;
            switch (text[i])
            {
                case 'r': bytes.Add((byte)'\r'); break;
                case 'n': bytes.Add((byte)'\n'); break;
                case 't': bytes.Add((byte)'\t'); break;
                case 'e': bytes.Add(0x1B); break;
                case 'x' when i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b):
                    bytes.Add(b);
                    i += 2;
                    break;
                default: bytes.Add((byte)text[i]); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The notation of the log, whatever notation it was read from.</summary>
    public static string Normal(string text) => Runtime.WireText.Of(new ReadOnlySequence<byte>(Read(text)));
}

/// <summary>Reads the same bytes in one piece and byte by byte with the driver's own codec.</summary>
internal sealed class CodecTrial(ConformancePlan plan, byte[] heard) : IManifestVisitor<(IReadOnlyList<string> Whole, IReadOnlyList<string> Single)>
{
    public (IReadOnlyList<string> Whole, IReadOnlyList<string> Single) Visit<TReply>(DriverManifest<TReply> manifest)
    {
        var codec = manifest.Create(new(plan.Link, plan.Options, plan.Secret)).Codec;
        var single = new List<string>();
        var start = 0;
        for (var end = 1; end <= heard.Length; end++)
        {
            var rest = new ReadOnlySequence<byte>(heard, start, end - start);
            while (codec.TryRead(ref rest, out var reply)) single.Add($"{reply}");
            start = end - (int)rest.Length;
        }

        var whole = new List<string>();
        var all = new ReadOnlySequence<byte>(heard);
        while (codec.TryRead(ref all, out var reply)) whole.Add($"{reply}");
        return (whole, single);
    }
}
