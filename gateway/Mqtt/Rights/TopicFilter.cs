using System.Text;

namespace AvGateway.Mqtt.Permissions;

/// <summary>A subscription filter that is known to be well formed (MQTT 5, 4.7): a set of topics, told by levels.</summary>
public sealed class TopicFilter
{
    private readonly string[] _levels;

    private TopicFilter(string text, string[] levels, bool open)
    {
        Text = text;
        _levels = levels;
        IsOpen = open;
    }

    /// <summary>As the client wrote it; two filters are the same subscription when this is the same.</summary>
    public string Text { get; }

    /// <summary>The levels without a closing <c>#</c>; <c>+</c> stands for any one level.</summary>
    public ReadOnlySpan<string> Levels => _levels;

    /// <summary>True when it ended in <c>#</c>: every longer topic belongs to it, and the parent itself.</summary>
    public bool IsOpen { get; }

    /// <summary>Reads a filter; false when it is malformed, longer than <paramref name="maxBytes"/> in UTF-8 or deeper than <paramref name="maxLevels"/>.</summary>
    public static bool TryParse(string? text, int maxBytes, int maxLevels, out TopicFilter filter)
    {
        filter = null!;
        if (string.IsNullOrEmpty(text) || Encoding.UTF8.GetByteCount(text) > maxBytes || text.Contains('\0')) return false;

        var levels = text.Split('/');
        if (levels.Length > maxLevels) return false;
        for (var i = 0; i < levels.Length; i++)
        {
            var level = levels[i];
            if (level.Contains('#') && (level.Length > 1 || i < levels.Length - 1)) return false;
            if (level.Contains('+') && level.Length > 1) return false;
        }

        var open = levels[^1] == "#";
        filter = new(text, open ? levels[..^1] : levels, open);
        return true;
    }

    /// <summary>True when the topic belongs to the set. Wildcards in the first level never cover topics that begin with <c>$</c>.</summary>
    public bool Matches(ReadOnlySpan<char> topic)
    {
        if (topic is ['$', ..] && (_levels.Length == 0 || _levels[0] == "+")) return false;

        var count = 0;
        foreach (var range in topic.Split('/'))
        {
            if (count == _levels.Length) return IsOpen;
            if (_levels[count] != "+" && !topic[range].SequenceEqual(_levels[count])) return false;
            count++;
        }

        return count == _levels.Length;
    }

    public override string ToString() => Text;
}
