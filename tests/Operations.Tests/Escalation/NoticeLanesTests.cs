using AvGateway.Operations.Escalation;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Scenes.Model;
using AvGateway.Testing;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Escalation;

/// <summary>From a fault of the watch over the lanes to channels that really wait, throw and cling, and back.</summary>
public sealed class NoticeLanesTests : IAsyncDisposable
{
    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly VirtualClock _clock = new();
    private readonly FakeState _state = new();
    private readonly FakeJournal _journal = new();
    private readonly TestChannel _sms = new("sms");
    private readonly TestChannel _mail = new("mail");
    private readonly EscalationBoard _board;
    private readonly NoticeLanes _lanes;
    private readonly FaultWatch _watch;

    // The board belongs to the watch's turn: what a test asks is what it was after the last look.
    private volatile IReadOnlyList<OutboxNotice> _seen = [];

    public NoticeLanesTests()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var kinds = new FaultKinds([]);
        var clocks = new ContractClocks(ServiceTerms.Usual(isBasic: false), new(new(zone), static () => BuiltInCalendar.Calendar, ServiceHours.UsualOffice));
        var ladder = new Ladder("all", [new(TimeSpan.Zero, ["contact:lead", "contact:head"], [])]) { Wait = TimeSpan.Zero, Repeats = 0 };
        _board = new(new([ladder], EscalationBench.Book(zone), clocks, kinds, zone), _clock);
        _lanes = new(_board, [_sms, _mail], _clock, NullLogger<NoticeLanes>.Instance);
        _watch = new(new(kinds, SiteGraph.Empty, new Nobody(), zone), _state, _journal, _clock, NullLogger<FaultWatch>.Instance) { Follower = _lanes };
        _lanes.Ended += _watch.Nudge;
        _lanes.Looked += () => _seen = [.. _board.Notices];
    }

    [Fact]
    public async Task A_message_is_stored_before_it_leaves_and_gone_from_the_store_when_it_was_taken()
    {
        var stored = new List<bool>();
        _sms.Does = (notice, _) =>
        {
            stored.Add(_state.All.Any(d => d.Kind == "notice" && d.Key == notice.Key));
            return Task.FromResult(new Delivery(DeliveryOutcome.Taken, "ok"));
        };
        await StartAsync();

        await WhenAsync(() => _sms.Keys.Count == 1 && _mail.Keys.Count >= 2 && _seen.Count == 0, SettleAsync);

        Assert.Equal([true], stored);
        Assert.DoesNotContain(_state.All, d => d.Kind == "notice");
        Assert.Contains(_state.Records, r => r.Kind == "notice.queued");
        Assert.Contains(_state.Records, r => r.Kind == "notice.taken");
    }

    [Fact]
    public async Task A_channel_that_hangs_holds_up_nobody_and_one_that_throws_is_tried_again()
    {
        _sms.Does = async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop);
            throw new InvalidOperationException("unreachable");
        };
        var thrown = false;
        _mail.Does = (_, _) => thrown ? Task.FromResult(new Delivery(DeliveryOutcome.Taken, "ok")) : throw new InvalidOperationException($"{thrown = true}");
        await StartAsync();

        await WhenAsync(() => _sms.Keys.Count >= 1 && _mail.Keys.Count >= 2 && _seen.All(n => n.Channel == "sms" || n.Tries > 0));
        Assert.True(thrown);

        await WhenAsync(() => _seen.Any(n => n is { Channel: "sms", Tries: > 0, Said: "no answer in time" }));
    }

    [Fact]
    public async Task A_channel_that_does_not_let_go_gets_no_second_message_for_that_receiver()
    {
        var lets = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sms.Does = (_, _) => lets.Task;
        await StartAsync();

        await WhenAsync(() => _seen.Any(n => n is { Channel: "sms", Tries: >= 3 }));
        Assert.Single(_sms.Keys);

        lets.SetResult(new(DeliveryOutcome.Taken, "late"));
        _sms.Does = (_, _) => Task.FromResult(new Delivery(DeliveryOutcome.Taken, "ok"));
        await WhenAsync(() => _sms.Keys.Count >= 2);
        Assert.Equal(_sms.Keys[0], _sms.Keys[1]);
    }

    [Fact]
    public async Task A_store_that_is_away_delays_no_message()
    {
        _state.IsUnavailable = true;
        await StartAsync();

        await WhenAsync(() => _sms.Keys.Count >= 1 && _mail.Keys.Count >= 2);
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _lanes.DisposeAsync();
    }

    private async Task StartAsync()
    {
        await _watch.RestoreAsync(Test);
        await _board.RestoreAsync(_state, Test);
        _watch.Tell(new("court-1/recorder", "recording.no-growth"), true, Wording.Own("12 s"));
        _watch.Start();
    }

    // Time passes a second at a time while what it set in motion settles; patience is for a machine that is busy.
    private async Task WhenAsync(Func<bool> condition, Func<Task>? settle = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience * 2, $"sms {_sms.Keys.Count}, mail {_mail.Keys.Count}, waiting {_seen.Count}");
            await _clock.PassAsync(TimeSpan.FromSeconds(1), settle ?? _watch.SettleAsync);
            await Task.Yield();
        }
    }

    // Where every channel answers at once no time passes while a message is on its way: the next one of the fault would be hours later.
    private async Task SettleAsync()
    {
        await _watch.SettleAsync();
        await _lanes.SettleAsync();
        await _watch.SettleAsync();
    }

    private sealed class TestChannel(string id) : IChannel
    {
        private readonly Lock _gate = new();
        private readonly List<string> _keys = [];

        public string Id => id;
        public TimeSpan Patience => TimeSpan.FromSeconds(10);
        public Func<Notice, CancellationToken, Task<Delivery>> Does { get; set; } = static (_, _) => Task.FromResult(new Delivery(DeliveryOutcome.Taken, "ok"));

        public IReadOnlyList<string> Keys
        {
            get
            {
                lock (_gate) return [.. _keys];
            }
        }

        public Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation)
        {
            lock (_gate) _keys.Add(notice.Key);
            return Does(notice, cancellation);
        }
    }

    private sealed class Nobody : IRoomUse
    {
        public Occupancy Of(string? room) => Occupancy.Unknown;
    }
}
