using AvGateway.Operations.Access;

namespace AvGateway.Mqtt.Permissions;

/// <summary>
/// What one user may read and write, as sets of topics: the translation of <see cref="Operations.Access.Rights"/>. Immutable;
/// a changed user gets a new one. The same sets decide at delivery and at subscription, so that the two can never disagree.
/// </summary>
public sealed class TopicRights
{
    private readonly TopicSet[] _readable;
    private readonly string? _requests;

    private TopicRights(TopicSet[] readable, string? requests)
    {
        _readable = readable;
        _requests = requests;
    }

    /// <summary>The rights of this user in the tree of this site.</summary>
    public static TopicRights Of(User user, SiteTopics site)
    {
        var sets = new List<TopicSet>();
        void Branch(params ReadOnlySpan<LevelSet> below) => sets.Add(Under(site, below, andBelow: true));
        void Leaf(params ReadOnlySpan<LevelSet> below) => sets.Add(Under(site, below, andBelow: false));

        Branch(LevelSet.Word("$rsp"), LevelSet.Word(user.Name));
        if (Operations.Access.Rights.MaySeeGateway(user))
        {
            Leaf(LevelSet.Word("$gw"), LevelSet.Any, LevelSet.Word("state"));
            Leaf(LevelSet.Word("$gw"), LevelSet.Any, LevelSet.Word("info"));
        }

        if (Operations.Access.Rights.SeesEveryRoom(user)) Branch(LevelSet.Room);
        else foreach (var room in user.Rooms.Where(r => Operations.Access.Rights.MaySee(user, r))) Branch(LevelSet.Word(room));

        if (Operations.Access.Rights.MaySeeSite(user))
        {
            Branch(LevelSet.SiteBranch);
            Branch(LevelSet.Word("$gw"));
            Branch(LevelSet.Word("$escalation"));
            sets.Add(new([LevelSet.Word(SiteTopics.Discovery)], AndBelow: true));
        }
        else if (user.Vendor is { } vendor && Operations.Access.Rights.MaySeeEscalations(user, vendor))
        {
            Branch(LevelSet.Word("$escalation"), LevelSet.Word(vendor));
        }

        return new([.. sets], Operations.Access.Rights.MayAsk(user) ? $"{site.Prefix}$req/{user.Name}/" : null);
    }

    /// <summary>Decided for every message at its delivery.</summary>
    public bool MayRead(ReadOnlySpan<char> topic)
    {
        foreach (var set in _readable)
            if (set.Contains(topic)) return true;
        return false;
    }

    /// <summary>Whether anything under this filter could ever be read: a filter of which this is false is refused.</summary>
    public bool MayReadSomeOf(TopicFilter filter)
    {
        foreach (var set in _readable)
            if (set.Meets(filter)) return true;
        return false;
    }

    /// <summary>
    /// Whether the user may publish there: in the own request branch and nowhere else. The prefix ends in a slash and the name
    /// holds none, so this is a comparison of whole levels.
    /// </summary>
    public bool MayWrite(ReadOnlySpan<char> topic) =>
        _requests is not null && topic.Length > _requests.Length && topic.StartsWith(_requests, StringComparison.Ordinal);

    private static TopicSet Under(SiteTopics site, ReadOnlySpan<LevelSet> below, bool andBelow) =>
        new([.. site.Levels.Select(LevelSet.Word), .. below], andBelow);
}
