using System.Text;

namespace AvGateway.Operations.Release;

/// <summary>One file of a bundle.</summary>
/// <param name="Section">Which of the named sections it belongs to; null for what describes the bundle.</param>
public sealed record BundleFile(string Name, string? Section, byte[] Content)
{
    private const int ShortestWords = 16;

    /// <summary>What of it somebody could read: all of a text, and of packets what is written in them. Numbers that look like four letters are no word.</summary>
    public string Text => Name.EndsWith(PacketWindow.Ending, StringComparison.Ordinal) ? Words(Content) : Encoding.UTF8.GetString(Content);

    private static string Words(ReadOnlySpan<byte> content)
    {
        var text = new StringBuilder();
        for (var start = 0; start < content.Length;)
        {
            var length = content[start..].IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            if (length < 0) length = content.Length - start;
            if (length >= ShortestWords) text.Append(Encoding.ASCII.GetString(content.Slice(start, length))).Append('\n');
            start += length + 1;
        }

        return text.ToString();
    }
}
