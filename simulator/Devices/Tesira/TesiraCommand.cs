using System.Text;

namespace AvGateway.Simulator.Devices.Tesira;

/// <summary>A value that can be read, set and subscribed to.</summary>
internal readonly record struct TesiraPoint(string Tag, string Attribute, int Index) : IComparable<TesiraPoint>
{
    public int CompareTo(TesiraPoint other)
    {
        var tags = string.CompareOrdinal(Tag, other.Tag);
        if (tags != 0) return tags;
        var attributes = string.CompareOrdinal(Attribute, other.Attribute);
        return attributes != 0 ? attributes : Index.CompareTo(other.Index);
    }
}

/// <summary>A line of the text protocol as words; a word in quotes may hold spaces.</summary>
internal static class TesiraCommand
{
    /// <summary>False where quotes are not closed.</summary>
    public static bool TrySplit(string line, out List<string> words)
    {
        words = [];
        var word = new StringBuilder();
        var (isQuoted, hasBegun) = (false, false);
        foreach (var c in line)
        {
            if (c == '"')
            {
                isQuoted = !isQuoted;
                hasBegun = true;
            }
            else if (c == ' ' && !isQuoted)
            {
                if (hasBegun) words.Add(word.ToString());
                word.Clear();
                hasBegun = false;
            }
            else
            {
                word.Append(c);
                hasBegun = true;
            }
        }

        if (hasBegun) words.Add(word.ToString());
        return !isQuoted;
    }
}
