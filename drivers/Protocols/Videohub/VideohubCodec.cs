using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AvGateway.Drivers.Protocols.Videohub;

/// <summary>Blocks of lines that an empty line ends. Lines end in LF, or CR LF from some servers.</summary>
public sealed class VideohubCodec : IWireCodec<VideohubBlock>
{
    /// <summary>288 labels with long names fit; a server that never sends an empty line does not fill the memory.</summary>
    public int MaxReplyLength => 64 * 1024;

    public bool TryRead(ref ReadOnlySequence<byte> input, out VideohubBlock reply)
    {
        if (input.IsSingleSegment)
        {
            var taken = Read(input.FirstSpan, out reply);
            if (taken > 0) input = input.Slice(taken);
            return taken > 0;
        }

        // A long prelude lies across buffers. Copying it once is cheaper than reading every line over a seam.
        var length = (int)input.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            input.CopyTo(copy);
            var taken = Read(copy.AsSpan(0, length), out reply);
            if (taken > 0) input = input.Slice(taken);
            return taken > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Writes a header, with its lines if any, and the empty line. Line ends stand between lines only.</summary>
    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        var afterLineEnd = true;
        foreach (var c in request)
        {
            if (c == '\n' ? afterLineEnd : char.IsControl(c))
                throw new ArgumentException("a request may hold no control characters and no empty line", nameof(request));
            afterLineEnd = c == '\n';
        }

        if (afterLineEnd) throw new ArgumentException("a request may not end in a line end", nameof(request));
        Encoding.UTF8.GetBytes(request, output);
        output.Write("\n\n"u8);
    }

    /// <summary>Number of bytes of the first whole block, or 0.</summary>
    private static int Read(ReadOnlySpan<byte> bytes, out VideohubBlock block)
    {
        block = default;
        var end = FindEnd(bytes, out var lineCount);
        if (end == 0) return 0;

        var rest = bytes[..end];
        ReadOnlySpan<byte> header = default;
        while (header.IsEmpty) header = Clean(NextLine(ref rest));
        block = Parse(header, rest, lineCount - 1);
        return end;
    }

    private static int FindEnd(ReadOnlySpan<byte> bytes, out int lineCount)
    {
        lineCount = 0;
        var at = 0;
        while (bytes[at..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            var line = bytes.Slice(at, length);
            at += length + 1;
            // Noise alone on a line is no block either: it must not swallow the answer behind it.
            if (!IsBlank(line) && (lineCount > 0 || !Clean(line).IsEmpty)) lineCount++;
            else if (lineCount > 0) return at;
        }

        return 0;
    }

    private static VideohubBlock Parse(ReadOnlySpan<byte> header, ReadOnlySpan<byte> rest, int lines)
    {
        if (header.SequenceEqual("ACK"u8)) return new(VideohubBlockKind.Ack, []);
        if (header.SequenceEqual("NAK"u8)) return new(VideohubBlockKind.Nak, []);
        if (header.SequenceEqual("VIDEO OUTPUT ROUTING:"u8)) return new(VideohubBlockKind.OutputRouting, Routes(rest, lines));
        if (header.SequenceEqual("VIDEO OUTPUT LOCKS:"u8)) return new(VideohubBlockKind.OutputLocks, Texts(rest, lines));
        if (header.SequenceEqual("INPUT LABELS:"u8)) return new(VideohubBlockKind.InputLabels, Texts(rest, lines));
        if (header.SequenceEqual("OUTPUT LABELS:"u8)) return new(VideohubBlockKind.OutputLabels, Texts(rest, lines));
        if (header.SequenceEqual("VIDEOHUB DEVICE:"u8)) return new(VideohubBlockKind.Device, [], Unit(rest));
        if (header.SequenceEqual("PROTOCOL PREAMBLE:"u8)) return new(VideohubBlockKind.Preamble, []);
        if (header.SequenceEqual("END PRELUDE:"u8)) return new(VideohubBlockKind.EndPrelude, []);
        return new(VideohubBlockKind.Other, []);
    }

    private static VideohubLine[] Routes(ReadOnlySpan<byte> rest, int count)
    {
        var lines = new VideohubLine[count];
        var used = 0;
        while (used < count && NextLine(ref rest) is { IsEmpty: false } line)
        {
            if (!TryNumber(ref line, out var output) || !TryNumber(ref line, out var source) || !line.IsEmpty) count--;
            else lines[used++] = new(output, source, null);
        }

        return Fit(lines, used);
    }

    private static VideohubLine[] Texts(ReadOnlySpan<byte> rest, int count)
    {
        var lines = new VideohubLine[count];
        var used = 0;
        while (used < count && NextLine(ref rest) is { IsEmpty: false } line)
        {
            if (!TryNumber(ref line, out var number)) count--;
            else lines[used++] = new(number, -1, Text(line));
        }

        return Fit(lines, used);
    }

    private static VideohubUnit Unit(ReadOnlySpan<byte> rest)
    {
        var unit = new VideohubUnit(null, null, null, null, null);
        while (NextLine(ref rest) is { IsEmpty: false } line)
        {
            var colon = line.IndexOf(": "u8);
            if (colon < 0) continue;
            var key = line[..colon];
            var value = line[(colon + 2)..];
            if (key.SequenceEqual("Device present"u8)) unit = unit with { Present = Text(value) };
            else if (key.SequenceEqual("Model name"u8)) unit = unit with { Model = Text(value) };
            else if (key.SequenceEqual("Unique ID"u8)) unit = unit with { UniqueId = Text(value) };
            else if (key.SequenceEqual("Video inputs"u8)) unit = unit with { Inputs = Count(value) };
            else if (key.SequenceEqual("Video outputs"u8)) unit = unit with { Outputs = Count(value) };
        }

        return unit;
    }

    /// <summary>Takes the number at the front and the space behind it.</summary>
    private static bool TryNumber(scoped ref ReadOnlySpan<byte> line, out int number)
    {
        if (!Utf8Parser.TryParse(line, out number, out var length) || number < 0) return false;
        line = line[length..];
        if (line.IsEmpty) return true;
        if (line[0] != (byte)' ') return false;
        line = line[1..];
        return true;
    }

    private static int? Count(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out int count, out var length) && length == value.Length && count >= 0 ? count : null;

    // Most lock lines are one of three letters; a text of their own for each of 120 outputs would be waste.
    private static string Text(ReadOnlySpan<byte> value) => value switch
    {
        [] => "",
        [(byte)'U'] => "U",
        [(byte)'O'] => "O",
        [(byte)'L'] => "L",
        _ => Encoding.UTF8.GetString(value),
    };

    private static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> rest)
    {
        var length = rest.IndexOf((byte)'\n');
        var line = rest[..length];
        rest = rest[(length + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    /// <summary>Without what a header cannot begin with: line noise must not cost the answer that follows it.</summary>
    private static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        var start = line.IndexOfAnyInRange((byte)'!', (byte)'~');
        return start < 0 ? default : line[start..].TrimEnd((byte)'\r');
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IsEmpty || line is [(byte)'\r'];

    private static VideohubLine[] Fit(VideohubLine[] lines, int used) => used == lines.Length ? lines : lines[..used];
}
