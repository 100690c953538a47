using System.Collections.Concurrent;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Policy;

/// <summary>
/// Sees a room through its devices: a value counts only when its device is usable and the value good.
/// A point is in doubt while a wish for it is under way, and for a while after one ended without being seen: the frame may still take
/// effect.
/// </summary>
public sealed class RoomSight(IDeviceDirectory devices, TimeProvider time) : IRoomSight
{
    /// <summary>Longer than any device here was measured to sit on a frame that it took.</summary>
    public static readonly TimeSpan DoubtLasts = TimeSpan.FromSeconds(30);

    private const long UnderWay = long.MaxValue;

    // Bounded by the points of the room: keys are only ever properties that somebody could wish for.
    private readonly ConcurrentDictionary<Point, Doubt> _doubts = new();
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>
    /// After a start nothing is known of frames that an earlier process had sent: until they must have taken effect, no point is trusted
    /// that was not set and seen since.
    /// </summary>
    public bool DoubtsEverythingAtFirst { get; set; }

    public Sight Of(Point point) => IsInDoubt(point) ? default : Shown(point);

    /// <summary>What the device shows, doubts aside. Only for the end of a command, where the device itself was just asked.</summary>
    public Sight Shown(Point point)
    {
        var device = devices.Find(point.Device);
        return device is { Status.IsUsable: true } && device.TryGetReading(point.Property, out var reading)
            && reading.Quality is Quality.Good
            ? new(true, reading.Value) : default;
    }

    /// <summary>The room without doubts: for what only takes connections away, where being late is worse than being wrong.</summary>
    public IRoomSight AsShown => new ShownSight(this);

    /// <summary>A frame for this point is about to go.</summary>
    public void Wished(Point point, Value value) => _doubts[point] = new(UnderWay, value);

    /// <summary>The wish ended and its effect was seen.</summary>
    public void Seen(Point point) => _doubts[point] = new(0, default);

    /// <summary>The wish ended and nobody knows whether it will take effect.</summary>
    public void Lost(Point point) => _doubts[point] = new(Expiry(time.GetTimestamp()), default);

    /// <summary>Hears of everybody's wishes, so that a panel's unanswered route is doubted like one of a scene.</summary>
    public void TargetChanged(DeviceId device, string property, Target? target)
    {
        var point = new Point(device, property);
        if (target is not null)
        {
            Wished(point, target.Value);
            return;
        }

        if (!_doubts.TryGetValue(point, out var doubt) || doubt.Until != UnderWay) return;
        if (Shown(point).Shows(doubt.Wish)) Seen(point);
        else Lost(point);
    }

    private bool IsInDoubt(Point point)
    {
        if (_doubts.TryGetValue(point, out var doubt)) return time.GetTimestamp() < doubt.Until;
        return DoubtsEverythingAtFirst && time.GetTimestamp() < Expiry(_startedAt);
    }

    private long Expiry(long from) => from + (long)(DoubtLasts.TotalSeconds * time.TimestampFrequency);

    private sealed class ShownSight(RoomSight sight) : IRoomSight
    {
        public Sight Of(Point point) => sight.Shown(point);
    }

    private readonly record struct Doubt(long Until, Value Wish);
}
