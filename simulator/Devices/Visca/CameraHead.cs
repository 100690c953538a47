namespace AvGateway.Simulator.Devices.Visca;

/// <summary>Where a camera looks: three numbers in its own steps.</summary>
internal readonly record struct HeadPosition(int Pan, int Tilt, int Zoom);

/// <summary>The moving part: it takes its time for every way, and knows where it is meanwhile.</summary>
internal sealed class CameraHead(TimeProvider time)
{
    private const int MostPan = 0x0990, MostTilt = 0x0510, MostZoom = 0x4000;
    private const double StepsASecond = 1200, ZoomStepsASecond = 0x2000, StepsOfSpeed = 60, ZoomStepsOfSpeed = 0x400;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(300);

    private (double Pan, double Tilt, double Zoom) _from;
    private (double Pan, double Tilt, double Zoom) _speed;
    private HeadPosition? _target;
    private TimeSpan _takes;
    private long _since;

    public bool IsMoving => _target is not null || _speed != default;

    public HeadPosition Now
    {
        get
        {
            var passed = time.GetElapsedTime(_since);
            if (_target is { } target)
            {
                var share = _takes == TimeSpan.Zero ? 1 : Math.Min(1, passed / _takes);
                return Round(_from.Pan + ((target.Pan - _from.Pan) * share), _from.Tilt + ((target.Tilt - _from.Tilt) * share),
                    _from.Zoom + ((target.Zoom - _from.Zoom) * share));
            }

            var seconds = passed.TotalSeconds;
            return Round(_from.Pan + (_speed.Pan * seconds), _from.Tilt + (_speed.Tilt * seconds), _from.Zoom + (_speed.Zoom * seconds));
        }
    }

    /// <summary>Sets out for a place; says how long it takes.</summary>
    public TimeSpan GoTo(HeadPosition target)
    {
        var from = Stop();
        _target = target;
        var way = Math.Max(Math.Abs(target.Pan - from.Pan), Math.Abs(target.Tilt - from.Tilt)) / StepsASecond;
        var seconds = Math.Max(way, Math.Abs(target.Zoom - from.Zoom) / ZoomStepsASecond);
        _takes = seconds < Shortest.TotalSeconds ? Shortest : TimeSpan.FromSeconds(seconds);
        return _takes;
    }

    /// <summary>Turns at a speed until it is told otherwise; null leaves the zoom, or the head, as it is.</summary>
    public void Turn((int Pan, int Tilt)? turn, int? zoom)
    {
        var speed = _target is null ? _speed : default;
        Stop();
        if (turn is { } way) (speed.Pan, speed.Tilt) = (way.Pan * StepsOfSpeed, way.Tilt * StepsOfSpeed);
        if (zoom is { } step) speed.Zoom = step * ZoomStepsOfSpeed;
        _speed = speed;
    }

    public HeadPosition Stop()
    {
        var now = Now;
        _from = (now.Pan, now.Tilt, now.Zoom);
        _speed = default;
        _target = null;
        _since = time.GetTimestamp();
        return now;
    }

    public void Put(HeadPosition position)
    {
        Stop();
        _from = (position.Pan, position.Tilt, position.Zoom);
    }

    private static HeadPosition Round(double pan, double tilt, double zoom) => new(
        (int)Math.Clamp(pan, -MostPan, MostPan), (int)Math.Clamp(tilt, -MostTilt, MostTilt), (int)Math.Clamp(zoom, 0, MostZoom));
}
