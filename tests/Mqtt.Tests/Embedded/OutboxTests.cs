using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Embedded;

namespace AvGateway.Mqtt.Tests.Embedded;

/// <summary>What waits for a client that is slow.</summary>
public sealed class OutboxTests
{
    private const int Most = 300;
    private static readonly Grant Grant = new(AtLeastOnce: false, KeepsRetain: false, Identifiers: null);

    private readonly Outbox _outbox = new(Most, 1024 * 1024, 10);

    [Fact]
    public void States_never_make_a_client_too_slow_and_end_with_their_last_word()
    {
        for (var round = 0; round < 3; round++)
        {
            for (var topic = 0; topic < 10 * Most; topic++) Assert.True(Add($"t{topic}", $"{round}", retain: true));
        }

        var taken = TakeAll();
        Assert.True(taken.Count < 10 * Most + 600, $"{taken.Count} were sent");
        Assert.Equal(10 * Most, taken.Select(t => t.Topic).Distinct().Count());
        foreach (var topic in taken.GroupBy(t => t.Topic)) Assert.Equal("2", topic.Last().Payload);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void However_reading_and_publishing_take_turns_the_newest_word_comes_last(int seed)
    {
        var random = new Random(seed);
        var newest = new Dictionary<string, string>();
        var delivered = new Dictionary<string, string>();
        Add("first", "0", retain: true);
        Assert.True(_outbox.TryBegin());
        for (var change = 0; change < 50_000; change++)
        {
            var topic = $"t{random.Next(2 * Most)}";
            newest[topic] = $"{change}";
            Add(topic, newest[topic], retain: true);
            if (random.Next(200) == 0) Take(random.Next(Most));
        }

        Take(int.MaxValue);
        foreach (var (topic, payload) in newest) Assert.Equal(payload, delivered[topic]);

        void Take(int most)
        {
            for (var n = 0; n < most && _outbox.TryTake(done: false, out var next); n++)
                delivered[next.Message!.Topic] = System.Text.Encoding.ASCII.GetString(next.Message.Publication.Payload.Span);
        }
    }

    [Fact]
    public void A_short_backlog_is_delivered_change_by_change()
    {
        for (var change = 0; change < 100; change++) Add("t", $"{change}", retain: true);

        Assert.Equal(Enumerable.Range(0, 100).Select(c => $"{c}"), TakeAll().Select(t => t.Payload));
    }

    [Fact]
    public void A_topic_that_was_emptied_meanwhile_ends_empty()
    {
        for (var topic = 0; topic < Most; topic++) Add($"t{topic}", "x", retain: true);
        Add($"t{Most - 1}", "", retain: true);

        Assert.Equal("", TakeAll().Last(t => t.Topic == $"t{Most - 1}").Payload);
    }

    [Fact]
    public void Events_count_however_many_states_wait()
    {
        for (var topic = 0; topic < 10 * Most; topic++) Add($"t{topic}", "x", retain: true);
        for (var happened = 0; happened < Most; happened++) Assert.True(Add("e", $"{happened}", retain: false));

        Assert.False(Add("e", "one too many", retain: false));
        Assert.Equal(Enumerable.Range(0, Most).Select(h => $"{h}"), TakeAll().Where(t => t.Topic == "e").Select(t => t.Payload));
    }

    private bool Add(string topic, string payload, bool retain) =>
        _outbox.TryAdd(new(new Publication(topic, System.Text.Encoding.ASCII.GetBytes(payload), retain), null), Grant, retain: false);

    private List<(string Topic, string Payload)> TakeAll()
    {
        var all = new List<(string, string)>();
        Assert.True(_outbox.TryBegin());
        while (_outbox.TryTake(done: true, out var next))
        {
            all.Add((next.Message!.Topic, System.Text.Encoding.ASCII.GetString(next.Message.Publication.Payload.Span)));
        }

        return all;
    }
}
