using AvGateway.Mqtt.Permissions;
using AvGateway.Operations.Access;

namespace AvGateway.Mqtt.Tests.Rights;

/// <summary>
/// The rights against a model that knows no sets and no filters: it lists topics, asks a plain table for each, and looks
/// whether any of those that match is allowed. Words, roots and depths are mixed so that prefixes of names, empty levels and
/// <c>$</c> at every place come up.
/// </summary>
public sealed class TopicRightsTests
{
    private const int Filters = 12_000;
    private static readonly SiteTopics City = new("avgw", "city");

    private static readonly User[] Everybody =
    [
        new("panel-1", Role.Panel, ["court-1"]),
        new("panel-12", Role.Panel, ["court-1", "court-2"]),
        new("judge", Role.Judge, ["court-2"]),
        new("clerk", Role.Clerk, ["court-12"]),
        new("engineer", Role.Engineer, []),
        new("scheduler", Role.Scheduler, []),
        new("auditor", Role.Auditor, []),
        new("admin", Role.Admin, []),
        new("acme", Role.Vendor, [], "acme"),
        new("court-1", Role.Vendor, [], "court-1"),
    ];

    private static readonly string[] Words =
    [
        "avgw", "1", "city", "court-1", "court-12", "court-2", "$gw", "g1", "state", "info", "health", "$state", "$req", "$rsp", "$escalation", "$fault",
        "$SYS", "homeassistant", "panel-1", "panel-12", "acme", "engineer", "",
    ];

    [Fact]
    public void Every_role_reads_what_the_table_says_whatever_the_filter()
    {
        var topics = Topics();
        var random = new Random(20261102);
        var filters = Enumerable.Range(0, Filters).Select(_ => Filter(random, topics)).ToArray();
        var granted = 0;
        foreach (var user in Everybody)
        {
            var rights = TopicRights.Of(user, City);
            var readable = topics.Where(t => Table(user, t)).ToHashSet();
            var split = readable.Select(t => t.Split('/')).ToArray();
            foreach (var topic in topics) Assert.True(readable.Contains(topic) == rights.MayRead(topic), $"{user.Name} reads {topic}");
            foreach (var filter in filters)
            {
                var levels = filter.Split('/');
                var model = Array.Exists(split, t => Matches(levels, t, 0));
                Assert.True(TopicFilter.TryParse(filter, 512, 20, out var parsed));

                // The catalogue is finite, so a filter that meets nothing of it may still meet the rights outside of it: then
                // a topic that shows it is made from the filter.
                var said = rights.MayReadSomeOf(parsed);
                if (model) Assert.True(said, $"{user.Name} was refused {filter}");
                else if (said) Assert.True(Witness(user, filter) is { } w && rights.MayRead(w) && parsed.Matches(w), $"{user.Name} was granted {filter}");
                if (said) granted++;
            }
        }

        Assert.InRange(granted, Filters, (Filters * Everybody.Length) - Filters);
    }

    [Fact]
    public void Only_the_own_request_branch_may_be_written()
    {
        foreach (var user in Everybody)
        {
            var rights = TopicRights.Of(user, City);
            foreach (var topic in Topics())
            {
                var levels = topic.Split('/');
                var own = levels is ["avgw", "1", "city", "$req", var name, _, ..] && name == user.Name && topic.Length > $"avgw/1/city/$req/{name}/".Length;
                Assert.True((own && user.Role != Role.Auditor) == rights.MayWrite(topic), $"{user.Name} writes {topic}");
            }
        }
    }

    [Theory]
    [InlineData("$avgw", "city")]
    [InlineData("avgw", "a/b")]
    [InlineData("", "city")]
    [InlineData("av+gw", "city")]
    [InlineData("avgw", "#")]
    public void A_root_or_site_that_is_no_plain_word_is_refused(string root, string site) => Assert.Throws<ArgumentException>(() => new SiteTopics(root, site));

    [Fact]
    public void A_root_of_several_levels_is_a_root()
    {
        var rights = TopicRights.Of(Everybody[0], new("court/av", "city"));
        Assert.True(rights.MayRead("court/av/1/city/court-1/m/p"));
        Assert.False(rights.MayRead("court/av/1/city/court-2/m/p"));
        Assert.True(rights.MayWrite("court/av/1/city/$req/panel-1/x"));
    }

    /// <summary>The rights as one would tell them to a person, one topic at a time.</summary>
    private static bool Table(User user, string topic)
    {
        var service = user.Role is Role.Engineer or Role.Scheduler or Role.Auditor or Role.Admin;
        return topic.Split('/') switch
        {
            ["homeassistant", ..] => service,
            ["avgw", "1", "city", "$req", ..] => false,
            ["avgw", "1", "city", "$rsp", var caller, ..] => caller == user.Name,
            ["avgw", "1", "city", "$rsp"] => false,
            ["avgw", "1", "city", "$gw", _, "state" or "info"] => user.Role != Role.Vendor,
            ["avgw", "1", "city", "$escalation", var vendor, ..] => service || (user.Role == Role.Vendor && vendor == user.Vendor),
            ["avgw", "1", "city", var branch, ..] when branch.StartsWith('$') => service,
            ["avgw", "1", "city", var room, ..] => service || (user.Role != Role.Vendor && user.Rooms.Contains(room)),
            _ => false,
        };
    }

    private static bool Matches(string[] filter, string[] topic, int i)
    {
        if (i == 0 && topic[0].StartsWith('$') && (filter[0] is "+" or "#")) return false;
        if (i == filter.Length) return i == topic.Length;
        if (filter[i] == "#") return true;
        return i < topic.Length && (filter[i] == "+" || filter[i] == topic[i]) && Matches(filter, topic, i + 1);
    }

    /// <summary>Topics up to six levels: everything under the site from the words, and the neighbourhood of the site.</summary>
    private static List<string> Topics()
    {
        var topics = new List<string> { "avgw", "avgw/1", "avgw/1/city", "$SYS/broker", "$SYS", "other/1/city/court-1", "avgw/2/city/court-1", "avgw/1/town/court-1", "homeassistant", "homeassistant/x/config" };
        foreach (var a in Words)
        {
            topics.Add($"avgw/1/city/{a}");
            foreach (var b in Words)
            {
                topics.Add($"avgw/1/city/{a}/{b}");
                foreach (var c in new[] { "state", "info", "health", "x", "", "$target" }) topics.Add($"avgw/1/city/{a}/{b}/{c}");
            }
        }

        return topics;
    }

    private static string Filter(Random random, List<string> topics)
    {
        var levels = random.Next(4) == 0
            ? [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => Words[random.Next(Words.Length)])]
            : topics[random.Next(topics.Count)].Split('/');
        for (var i = 0; i < levels.Length; i++)
            if (random.Next(4) == 0) levels[i] = "+";
        var text = string.Join('/', levels);
        return random.Next(4) switch
        {
            0 => text.Length == 0 ? "#" : $"{text}/#",
            1 => string.Join('/', [.. levels.Take(random.Next(levels.Length)), "#"]),
            _ => text.Length == 0 ? "/" : text,
        };
    }

    /// <summary>A topic of this filter that the table allows, found by trying words at the wildcards; null when there is none.</summary>
    private static string? Witness(User user, string filter)
    {
        var levels = filter.Split('/');
        var open = levels[^1] == "#";
        string[] tails = open ? ["", "/x", $"/{user.Name}", $"/{user.Name}/x", "/x/state", "/x/y", "/x/y/z"] : [""];
        return Fill(open ? levels[..^1] : levels, 0).SelectMany(t => tails.Select(tail => t + tail)).FirstOrDefault(t => Table(user, t));

        IEnumerable<string> Fill(string[] rest, int i)
        {
            if (i == rest.Length) return [string.Join('/', rest)];
            if (rest[i] != "+") return Fill(rest, i + 1);
            return Words.Append("x").Append(user.Name).Where(w => w.Length > 0).SelectMany(w =>
            {
                var next = (string[])rest.Clone();
                next[i] = w;
                return Fill(next, i + 1);
            });
        }
    }
}
