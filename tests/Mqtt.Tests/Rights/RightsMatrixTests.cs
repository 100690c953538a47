using AvGateway.Mqtt.Permissions;

namespace AvGateway.Mqtt.Tests.Rights;

/// <summary>Every role against every topic and a million filters (G17), in the process: the rights equal the table.</summary>
public sealed class RightsMatrixTests
{
    private const int Filters = 1_000_000;
    private const int MostBytes = 256;
    private const int MostLevels = 12;

    private static readonly SiteTopics City = new("avgw", "city");

    [Fact]
    public void Every_role_reads_and_writes_every_topic_as_the_table_says()
    {
        foreach (var user in RightsOracle.Everybody)
        {
            var (reads, writes) = RightsOracle.Of(user);
            var rights = TopicRights.Of(user, City);
            foreach (var topic in TopicGrammar.Topics)
            {
                Assert.True(RightsOracle.Allows(reads, topic) == rights.MayRead(topic), $"{user.Name} reads {topic}");
                Assert.True(RightsOracle.Allows(writes, topic) == rights.MayWrite(topic), $"{user.Name} writes {topic}");
            }
        }
    }

    [Fact]
    public void A_million_filters_are_granted_refused_and_narrowed_as_the_table_says()
    {
        var random = new Random(20261122);
        var users = RightsOracle.Everybody.Select(u => (User: u, Oracle: RightsOracle.Of(u), Rights: TopicRights.Of(u, City))).ToArray();
        int granted = 0, read = 0;
        for (var i = 0; i < Filters; i++)
        {
            var filter = TopicGrammar.Filter(random);
            if (!TopicFilter.TryParse(filter, MostBytes, MostLevels, out var parsed)) Assert.Fail($"{filter} is no filter");
            var (user, oracle, rights) = users[i % users.Length];
            var isGranted = rights.MayReadSomeOf(parsed);
            if (isGranted != RightsOracle.Touches(oracle.Reads, filter)) Assert.Fail($"{user.Name} subscribes to {filter}: granted {isGranted}");

            var topic = TopicGrammar.TopicUnder(filter, random);
            var isRead = isGranted && parsed.Matches(topic) && rights.MayRead(topic);
            if (isRead != (RightsOracle.Matches(filter, topic) && RightsOracle.Allows(oracle.Reads, topic))) Assert.Fail($"{user.Name} reads {topic} by {filter}: {isRead}");
            if (rights.MayWrite(topic) != RightsOracle.Allows(oracle.Writes, topic)) Assert.Fail($"{user.Name} writes {topic}");
            if (isGranted) granted++;
            if (isRead) read++;
        }

        // A generator that only made filters of one kind would prove nothing.
        Assert.InRange(granted, Filters / 10, Filters * 9 / 10);
        Assert.InRange(read, Filters / 20, Filters * 9 / 10);
    }
}
