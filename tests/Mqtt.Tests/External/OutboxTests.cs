using System.Text;
using AvGateway.Mqtt.External;
using AvGateway.Testing;

namespace AvGateway.Mqtt.Tests.External;

public sealed class OutboxTests
{
    private readonly VirtualClock _clock = new();
    private readonly Outbox _outbox;

    public OutboxTests() => _outbox = new(3, _clock);

    [Fact]
    public void While_the_broker_is_away_state_is_kept_once_and_events_wait()
    {
        State("a", "1");
        Event("e1");
        State("a", "2");
        _outbox.Open("last");

        Assert.Equal(["a=2", "e1="], TakeAll());
    }

    [Fact]
    public void All_state_goes_out_anew_on_each_connection_with_the_gateways_own_last()
    {
        State("last", "ready");
        State("a", "1");
        State("b", "1");
        _outbox.Open("last");
        Assert.Equal(["a=1", "b=1", "last=ready"], TakeAll());
        _outbox.Close([]);
        _outbox.Open("last");

        Assert.Equal(["a=1", "b=1", "last=ready"], TakeAll());
    }

    [Fact]
    public void A_state_that_waits_is_replaced_where_it_stands()
    {
        _outbox.Open("last");
        State("a", "1");
        Event("e1");
        State("a", "2");
        State("b", "1");

        Assert.Equal(["a=2", "e1=", "b=1"], TakeAll());
    }

    [Fact]
    public void An_emptied_topic_is_emptied_on_every_connection()
    {
        State("a", "1");
        State("a", "");
        _outbox.Open("last");
        Assert.Equal(["a="], TakeAll());
        _outbox.Close([]);
        _outbox.Open("last");

        Assert.Equal(["a="], TakeAll());
        Assert.Empty(_outbox.States);
    }

    [Fact]
    public void What_was_under_way_when_the_connection_was_lost_waits_again_and_first()
    {
        Event("e1");
        Event("e2");
        Event("e3");
        _outbox.Open("last");
        _outbox.TryTake(out var first, out _);
        _outbox.TryTake(out var second, out _);
        _outbox.Close([first, second]);
        Assert.False(_outbox.TryTake(out _, out _));
        _outbox.Open("last");

        Assert.Equal(["e1=", "e2=", "e3="], TakeAll());
    }

    [Fact]
    public void More_events_than_can_wait_are_refused_and_counted_and_state_never_is()
    {
        Assert.True(Event("e1"));
        Assert.True(Event("e2"));
        Assert.True(Event("e3"));
        Assert.False(Event("e4"));
        for (var i = 0; i < 100; i++) Assert.True(State($"s{i}", "1"));

        Assert.Equal(1, _outbox.Refused);
        _outbox.Open("last");
        Assert.Equal(103, TakeAll().Count);
        Assert.True(Event("e5"));
    }

    [Fact]
    public async Task What_waited_longer_than_its_expiry_is_dropped_and_counted()
    {
        _outbox.Add(new("short", default, false) { ExpirySeconds = 2 });
        _outbox.Add(new("long", default, false) { ExpirySeconds = 60 });
        await _clock.PassAsync(TimeSpan.FromSeconds(10), static () => Task.CompletedTask);
        _outbox.Open("last");

        Assert.True(_outbox.TryTake(out _, out var publication));
        Assert.Equal(("long", 50u), (publication.Topic, publication.ExpirySeconds));
        Assert.Equal(1, _outbox.Expired);
    }

    [Fact]
    public async Task A_wait_ends_when_something_comes()
    {
        _outbox.Open("last");
        await _outbox.WaitAsync(TestContext.Current.CancellationToken);
        var waiting = _outbox.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        Event("e1");

        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private bool State(string topic, string payload) => _outbox.Add(new(topic, Encoding.UTF8.GetBytes(payload), Retain: true));

    private bool Event(string topic) => _outbox.Add(new(topic, default, Retain: false));

    private List<string> TakeAll()
    {
        var taken = new List<string>();
        while (_outbox.TryTake(out _, out var publication)) taken.Add($"{publication.Topic}={Encoding.UTF8.GetString(publication.Payload.Span)}");
        return taken;
    }
}
