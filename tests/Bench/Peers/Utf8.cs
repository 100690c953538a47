using System.Buffers.Text;

namespace AvGateway.Bench.Peers;

/// <summary>Numbers in the middle of bytes, without a string.</summary>
internal static class Utf8
{
    public static int Write(Span<byte> to, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to);
        return text.Length;
    }

    public static int Write(Span<byte> to, long number)
    {
        Utf8Formatter.TryFormat(number, to, out var written);
        return written;
    }

    /// <summary>Reads the number that follows <paramref name="before"/> and moves behind it.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> before, out long number)
    {
        number = 0;
        if (!text.StartsWith(before) || !Utf8Parser.TryParse(text[before.Length..], out number, out var used)) return false;
        text = text[(before.Length + used)..];
        return true;
    }

    /// <summary>Reads the number that follows the first <paramref name="name"/> wherever that is.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out long number)
    {
        number = 0;
        var at = text.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(text[(at + name.Length)..], out number, out _);
    }
}
