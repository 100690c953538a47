using AvGateway.Devices;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Policy;

public sealed class RoomSightTests
{
    private static readonly Point Output = new(new(FakeRoom.Id, "matrix"), "output-1");
    private static readonly Target ToThree = new(3, "c", "judge-1", default);

    private readonly EagerClock _clock = new();
    private readonly StillDevice _matrix = new(Output.Device, FakeManifests.Matrix);
    private readonly RoomSight _sight;

    public RoomSightTests()
    {
        _matrix.Show("output-1", 2);
        _sight = new(new Site(_matrix), _clock);
    }

    [Fact]
    public void What_a_usable_device_shows_is_seen_as_it_is()
    {
        Assert.Equal(new(true, 2), _sight.Of(Output));
        Assert.Equal(new(true, 2), _sight.Shown(Output));
    }

    [Theory]
    [InlineData(Quality.Stale)]
    [InlineData(Quality.Assumed)]
    [InlineData(Quality.Unknown)]
    public void A_value_that_was_not_read_back_is_not_seen(Quality quality)
    {
        _matrix.Show("output-1", 2, quality);

        Assert.False(_sight.Of(Output).Known);
        Assert.False(_sight.AsShown.Of(Output).Known);
    }

    [Theory]
    [InlineData(DeviceState.Init)]
    [InlineData(DeviceState.Degraded)]
    [InlineData(DeviceState.Offline)]
    [InlineData(DeviceState.Disabled)]
    [InlineData(DeviceState.Maintenance)]
    [InlineData(DeviceState.ParentDown)]
    public void The_last_value_of_a_device_that_is_not_in_step_is_not_seen(DeviceState state)
    {
        _matrix.Status = _matrix.Status with { State = state };

        Assert.False(_sight.Of(Output).Known);
    }

    [Fact]
    public void Nothing_is_seen_of_a_device_or_a_property_that_nobody_has()
    {
        Assert.False(_sight.Of(Output with { Property = "output-9" }).Known);
        Assert.False(_sight.Of(new(new(FakeRoom.Id, "gone"), "output-1")).Known);
    }

    [Fact]
    public void While_anybodys_wish_is_under_way_its_point_is_in_doubt_and_no_other()
    {
        _matrix.Show("output-2", 5);

        _sight.TargetChanged(_matrix.Id, "output-1", ToThree);
        _clock.Pass(TimeSpan.FromHours(1));

        Assert.False(_sight.Of(Output).Known);
        Assert.True(_sight.Of(Output with { Property = "output-2" }).Known);
        Assert.Equal(new(true, 2), _sight.AsShown.Of(Output));
    }

    [Fact]
    public void A_wish_that_ends_with_its_value_shown_leaves_no_doubt()
    {
        _sight.TargetChanged(_matrix.Id, "output-1", ToThree);
        _matrix.Show("output-1", 3);

        _sight.TargetChanged(_matrix.Id, "output-1", null);

        Assert.Equal(new(true, 3), _sight.Of(Output));
    }

    [Fact]
    public void A_wish_that_ends_unseen_is_doubted_for_thirty_seconds_and_no_longer()
    {
        _sight.TargetChanged(_matrix.Id, "output-1", ToThree);

        _sight.TargetChanged(_matrix.Id, "output-1", null);

        _clock.Pass(RoomSight.DoubtLasts - TimeSpan.FromTicks(1));
        Assert.False(_sight.Of(Output).Known);
        _clock.Pass(TimeSpan.FromTicks(1));
        Assert.Equal(new(true, 2), _sight.Of(Output));
    }

    [Fact]
    public void The_end_of_a_wish_that_nobody_had_changes_nothing()
    {
        _sight.TargetChanged(_matrix.Id, "output-1", null);
        Assert.True(_sight.Of(Output).Known);

        // The scene has judged the end of its own wish already: its verdict stands.
        _sight.Wished(Output, 3);
        _sight.Lost(Output);
        _matrix.Show("output-1", 3);
        _clock.Pass(TimeSpan.FromSeconds(10));
        _sight.TargetChanged(_matrix.Id, "output-1", null);
        Assert.False(_sight.Of(Output).Known);
        _clock.Pass(TimeSpan.FromSeconds(20));
        Assert.True(_sight.Of(Output).Known);
    }

    [Fact]
    public void After_a_start_a_point_is_doubted_for_thirty_seconds_unless_it_was_set_and_seen_since()
    {
        var sight = new RoomSight(new Site(_matrix), _clock) { DoubtsEverythingAtFirst = true };
        _matrix.Show("output-2", 5);

        sight.Wished(Output, 2);
        sight.Seen(Output);

        Assert.True(sight.Of(Output).Known);
        _clock.Pass(RoomSight.DoubtLasts - TimeSpan.FromTicks(1));
        Assert.False(sight.Of(Output with { Property = "output-2" }).Known);
        _clock.Pass(TimeSpan.FromTicks(1));
        Assert.True(sight.Of(Output with { Property = "output-2" }).Known);
    }
}
