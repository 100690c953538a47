using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Mqtt.Tests.Session;

namespace AvGateway.Mqtt.Tests.Publishing;

public sealed class SnapshotPublisherTests : IDisposable
{
    private const string Branch = "avgw/1/city/court-1/matrix/";
    private static readonly DateTimeOffset At = new(2026, 1, 5, 16, 0, 0, 250, TimeSpan.FromHours(8));

    private readonly GatewayBench _bench = new();
    private long _sequence;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_reading_is_shown_as_the_contract_says()
    {
        _bench.Publisher.ReadingChanged(_bench.Device, "output-3", new(7, At, Quality.Good, ReadingSource.ReadBack, 12));

        var shown = Assert.Single(_bench.Fake.All);
        Assert.Equal(Branch + "output-3", shown.Topic);
        Assert.True(shown.Retain);
        Assert.Equal("""{"v":7,"ts":"2026-01-05T08:00:00.250Z","q":"good","src":"readback","seq":12}""", FakeBus.Text(shown));
        Assert.Contains(Branch + "output-3", _bench.Registry.Topics);
    }

    [Theory]
    [InlineData(DeviceState.Init, "init")]
    [InlineData(DeviceState.Online, "online")]
    [InlineData(DeviceState.Degraded, "degraded")]
    [InlineData(DeviceState.Offline, "offline")]
    [InlineData(DeviceState.Disabled, "disabled")]
    [InlineData(DeviceState.Maintenance, "maintenance")]
    [InlineData(DeviceState.ParentDown, "parent-down")]
    public void A_state_is_shown_as_the_contract_says(DeviceState state, string word)
    {
        _bench.Publisher.StatusChanged(_bench.Device, new(state, "no-reply", "Recording", At));

        var shown = Assert.Single(_bench.Fake.All);
        Assert.Equal(Branch + "$state", shown.Topic);
        Assert.Equal($$"""{"state":"{{word}}","reason":"no-reply","mode":"Recording","since":"2026-01-05T08:00:00.250Z"}""", FakeBus.Text(shown));
    }

    [Fact]
    public async Task A_target_is_shown_and_emptied()
    {
        _bench.Publisher.TargetChanged(_bench.Device, "output-3", new(7, "a1", "panel-1", At));
        Assert.Equal("""{"v":7,"cmd":"a1","by":"panel-1","until":"2026-01-05T08:00:00.250Z"}""", FakeBus.Text(_bench.Fake.All[0]));
        _bench.Publisher.TargetChanged(_bench.Device, "output-3", null);
        await _bench.Around.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(2, _bench.Fake.All.Count);
        Assert.True(_bench.Fake.All[1].Payload.IsEmpty);
        Assert.DoesNotContain(Branch + "output-3/$target", _bench.Registry.Topics);
    }

    [Fact]
    public void An_event_is_not_retained()
    {
        _bench.Publisher.Happened(_bench.Device, new("incoming-call", Arguments.Of(("from", "sip:a@b")), At));

        var shown = Assert.Single(_bench.Fake.All);
        Assert.Equal((Branch + "$event/incoming-call", false), (shown.Topic, shown.Retain));
        Assert.Equal("""{"ts":"2026-01-05T08:00:00.250Z","from":"sip:a@b"}""", FakeBus.Text(shown));
    }

    [Fact]
    public void A_fault_is_told_as_an_event_while_there_is_no_fault_board()
    {
        _bench.Publisher.FaultChanged(_bench.Device, "recorder.no-medium", true, "slot 2");
        _bench.Publisher.FaultChanged(_bench.Device, "recorder.no-medium", false, null);

        var json = _bench.Fake.On(Branch + "$event/fault").Select(FakeBus.Json).ToList();
        Assert.Equal([true, false], json.Select(j => j.GetProperty("raised").GetBoolean()));
        Assert.Equal("recorder.no-medium", json[0].GetProperty("code").GetString());
        Assert.Equal("slot 2", json[0].GetProperty("detail").GetString());
    }

    [Fact]
    public void A_flood_of_events_is_bounded_and_counted()
    {
        for (var i = 0; i < 200; i++) _bench.Publisher.Happened(_bench.Device, new("beep", Arguments.None, At));

        Assert.Equal(50, _bench.Fake.All.Count);
        Assert.Equal(150, _bench.Publisher.CountersOf(_bench.Device.Id)!.Value.EventsDropped);
    }

    [Fact]
    public async Task At_most_ten_changes_in_any_second_and_always_the_last()
    {
        var times = new List<DateTimeOffset>();
        _bench.Fake.OnPublish = _ => times.Add(_bench.Around.Clock.GetUtcNow());
        for (var i = 0; i < 3000; i++)
        {
            Change("output-3", i);
            await _bench.Around.PassAsync(TimeSpan.FromMilliseconds(1));
        }

        await _bench.Around.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(2999, _bench.Fake.Last(Branch + "output-3").GetProperty("v").GetInt32());
        for (var i = 10; i < times.Count; i++) Assert.True(times[i] - times[i - 10] >= TimeSpan.FromSeconds(1), $"change {i} came too early");
        Assert.InRange(times.Count, 28, 42);
        for (var i = 11; i < times.Count; i++) Assert.True(times[i] - times[i - 1] <= TimeSpan.FromMilliseconds(110), $"change {i} came too late");
    }

    [Fact]
    public async Task Ten_changes_in_a_row_go_out_at_once_and_the_eleventh_when_its_turn_comes()
    {
        for (var i = 1; i <= 12; i++) Change("output-3", i);
        Assert.Equal(Enumerable.Range(1, 10), Values("output-3"));
        await _bench.Around.PassAsync(TimeSpan.FromMilliseconds(900));
        Assert.Equal(10, Values("output-3").Count());
        await _bench.Around.PassAsync(TimeSpan.FromMilliseconds(200));

        Assert.Equal([.. Enumerable.Range(1, 10), 12], Values("output-3"));
        Assert.Equal(1, _bench.Publisher.CountersOf(_bench.Device.Id)!.Value.Collapsed);
    }

    [Fact]
    public void One_property_does_not_slow_another()
    {
        for (var i = 0; i < 50; i++) Change("output-3", i);
        Change("output-4", 1);

        Assert.Single(Values("output-4"));
    }

    [Fact]
    public void An_older_picture_never_replaces_a_newer_change()
    {
        _bench.Device.Readings["output-3"] = new(1, At, Quality.Good, ReadingSource.Poll, 5);
        _bench.Publisher.ReadingChanged(_bench.Device, "output-3", new(2, At, Quality.Good, ReadingSource.Push, 6));
        _bench.Publisher.ShowAll([_bench.Device]);

        Assert.Equal([2], Values("output-3"));
    }

    [Fact]
    public void A_reading_above_16_KiB_is_shown_as_unknown_and_counted()
    {
        _bench.Publisher.ReadingChanged(_bench.Device, "serial", new(new string('x', 17_000), At, Quality.Good, ReadingSource.Poll, 1));

        var shown = _bench.Fake.Last(Branch + "serial");
        Assert.Equal(("unknown", System.Text.Json.JsonValueKind.Null), (shown.GetProperty("q").GetString(), shown.GetProperty("v").ValueKind));
        Assert.Equal(1, _bench.Publisher.CountersOf(_bench.Device.Id)!.Value.Oversized);
    }

    [Fact]
    public async Task New_counts_lead_to_one_new_description()
    {
        _bench.Device.Extents[MatrixWords.OutputExtent] = 12;
        _bench.Publisher.ExtentChanged(_bench.Device);
        _bench.Publisher.ExtentChanged(_bench.Device);
        await _bench.Around.PassAsync(TimeSpan.FromSeconds(1));

        var shown = Assert.Single(_bench.Fake.On(Branch + "$desc"));
        Assert.Contains("output-12", FakeBus.Text(shown), StringComparison.Ordinal);
        Assert.DoesNotContain("output-13", FakeBus.Text(shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outputs_that_a_smaller_device_does_not_have_are_emptied()
    {
        Change("output-40", 1);
        Change("output-3", 1);
        _bench.Device.Extents[MatrixWords.OutputExtent] = 12;
        _bench.Publisher.ExtentChanged(_bench.Device);
        await _bench.Around.PassAsync(TimeSpan.FromSeconds(1));

        Assert.True(_bench.Fake.On(Branch + "output-40").Last().Payload.IsEmpty);
        Assert.False(_bench.Fake.On(Branch + "output-3").Last().Payload.IsEmpty);
    }

    [Fact]
    public async Task A_device_that_left_is_emptied_and_stays_so()
    {
        _bench.Publisher.ShowAll([_bench.Device]);
        for (var i = 0; i < 20; i++) Change("output-3", i);
        _bench.Publisher.Forget(_bench.Device.Id);
        await _bench.Around.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Empty(_bench.Fake.Retained);
        Assert.Empty(_bench.Registry.Topics);
    }

    private void Change(string property, int value) =>
        _bench.Publisher.ReadingChanged(_bench.Device, property, new(value, At, Quality.Good, ReadingSource.Push, ++_sequence));

    private IEnumerable<int> Values(string property) => _bench.Fake.On(Branch + property).Select(p => FakeBus.Json(p).GetProperty("v").GetInt32());
}
