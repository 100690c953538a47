using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AvGateway.Drivers.Protocols.HyperDeck;

/// <summary>Lines end in CR LF (or LF). A numbered line that ends in a colon opens a block, and an empty line closes it.</summary>
public sealed class HyperDeckCodec : IWireCodec<HyperDeckReply>
{
    private const int CodeLength = 3;

    /// <summary>A clip list of a full disk is the longest block; this driver asks for none, other clients' notices are short.</summary>
    public int MaxReplyLength => 16 * 1024;

    public bool TryRead(ref ReadOnlySequence<byte> input, out HyperDeckReply reply)
    {
        reply = null!;
        int taken;
        if (input.IsSingleSegment)
        {
            taken = Read(input.FirstSpan, ref reply);
        }
        else
        {
            // Blocks are short and seams between buffers rare: one copy beats reading each line over the seam.
            var length = (int)input.Length;
            var copy = ArrayPool<byte>.Shared.Rent(length);
            input.CopyTo(copy);
            taken = Read(copy.AsSpan(0, length), ref reply);
            ArrayPool<byte>.Shared.Return(copy);
        }

        if (taken > 0) input = input.Slice(taken);
        return taken > 0;
    }

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        foreach (var c in request)
        {
            // The protocol is ASCII; a line end would begin a second command.
            if (c is < ' ' or > '~') throw new ArgumentException("a command holds printable ASCII only", nameof(request));
        }

        Encoding.ASCII.GetBytes(request, output);
        output.Write("\r\n"u8);
    }

    private static int Read(ReadOnlySpan<byte> bytes, ref HyperDeckReply reply)
    {
        var at = 0;
        ReadOnlySpan<byte> header = default;
        while (header.IsEmpty)
        {
            if (!TryLine(bytes, ref at, out header)) return 0;
            header = Clean(header);
        }

        if (!TryCode(header, out var code))
        {
            reply = new(0, Encoding.UTF8.GetString(header), []);
            return at;
        }

        var text = header[(CodeLength + 1)..];
        if (text is not [.., (byte)':'])
        {
            reply = new(code, Encoding.UTF8.GetString(text), []);
            return at;
        }

        var body = at;
        var lines = 0;
        while (true)
        {
            if (!TryLine(bytes, ref at, out var line)) return 0;
            if (line.IsEmpty) break;
            lines++;
        }

        reply = new(code, Encoding.UTF8.GetString(text[..^1]), Fields(bytes[body..at], lines));
        return at;
    }

    private static bool TryCode(ReadOnlySpan<byte> header, out int code)
    {
        code = 0;
        return header.Length > CodeLength && header[CodeLength] == (byte)' ' && Utf8Parser.TryParse(header[..CodeLength], out code, out var digits)
            && digits == CodeLength && code > 0;
    }

    private static KeyValuePair<string, string>[] Fields(ReadOnlySpan<byte> body, int lines)
    {
        var fields = new KeyValuePair<string, string>[lines];
        var used = 0;
        var at = 0;
        while (TryLine(body, ref at, out var line) && !line.IsEmpty)
        {
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) continue;
            fields[used++] = new(Encoding.UTF8.GetString(line[..colon]), Encoding.UTF8.GetString(line[(colon + 1)..].Trim((byte)' ')));
        }

        return used == lines ? fields : fields[..used];
    }

    private static bool TryLine(ReadOnlySpan<byte> bytes, scoped ref int at, out ReadOnlySpan<byte> line)
    {
        line = default;
        var length = bytes[at..].IndexOf((byte)'\n');
        if (length < 0) return false;
        line = bytes.Slice(at, length);
        if (line is [.., (byte)'\r']) line = line[..^1];
        at += length + 1;
        return true;
    }

    /// <summary>Without what no reply begins with: noise must not cost the reply behind it.</summary>
    private static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        var start = line.IndexOfAnyInRange((byte)'!', (byte)'~');
        return start < 0 ? default : line[start..];
    }
}
