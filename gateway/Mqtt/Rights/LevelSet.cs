namespace AvGateway.Mqtt.Permissions;

/// <summary>The words that may stand at one level of a topic.</summary>
internal readonly record struct LevelSet
{
    private enum Kind { Any, Word, Room, SiteBranch }

    private readonly Kind _kind;
    private readonly string? _word;

    private LevelSet(Kind kind, string? word)
    {
        _kind = kind;
        _word = word;
    }

    public static LevelSet Any => new(Kind.Any, null);

    /// <summary>Below the site, everything that is not a branch of the gateway is a room.</summary>
    public static LevelSet Room => new(Kind.Room, null);

    /// <summary>The gateway's own branches, but for those that have an owner of their own.</summary>
    public static LevelSet SiteBranch => new(Kind.SiteBranch, null);

    public static LevelSet Word(string word) => new(Kind.Word, word);

    public bool Contains(ReadOnlySpan<char> level) => _kind switch
    {
        Kind.Any => true,
        Kind.Word => level.SequenceEqual(_word),
        Kind.Room => level is not ['$', ..],
        _ => level is ['$', ..] && level is not ("$req" or "$rsp" or "$escalation" or "$gw"),
    };

    /// <summary>Whether a filter's level and this set have a word in common. No set here is empty, so <c>+</c> meets them all.</summary>
    public bool Meets(string filterLevel) => filterLevel == "+" || Contains(filterLevel);
}

/// <summary>Topics whose levels lie in the sets one by one; <paramref name="AndBelow"/> adds everything deeper.</summary>
internal sealed record TopicSet(LevelSet[] Levels, bool AndBelow)
{
    public bool Contains(ReadOnlySpan<char> topic)
    {
        var count = 0;
        foreach (var range in topic.Split('/'))
        {
            if (count == Levels.Length) return AndBelow;
            if (!Levels[count].Contains(topic[range])) return false;
            count++;
        }

        return count == Levels.Length;
    }

    /// <summary>
    /// Whether some topic lies both here and in the filter. Levels are independent of each other in both sets, so the two have
    /// a topic in common exactly when a common length exists and every level that both constrain has a common word.
    /// The rule about a leading <c>$</c> needs no care: no first level here begins with one.
    /// </summary>
    public bool Meets(TopicFilter filter)
    {
        var wanted = filter.Levels;
        if (wanted.Length < Levels.Length && !filter.IsOpen) return false;
        if (wanted.Length > Levels.Length && !AndBelow) return false;

        for (var i = 0; i < Math.Min(wanted.Length, Levels.Length); i++)
            if (!Levels[i].Meets(wanted[i])) return false;
        return true;
    }
}
