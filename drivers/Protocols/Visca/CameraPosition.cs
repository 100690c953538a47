namespace AvGateway.Drivers.Protocols.Visca;

/// <summary>Where a camera looks, in its own steps; the zoom is null where it does not tell it.</summary>
internal readonly record struct CameraPosition(int Pan, int Tilt, int? Zoom)
{
    // About a degree, and what a zoom drive may stop beside its mark.
    private const int Tolerance = 15, ZoomTolerance = 32;

    public bool IsNear(CameraPosition other) => Math.Abs(Pan - other.Pan) <= Tolerance && Math.Abs(Tilt - other.Tilt) <= Tolerance
        && (Zoom is null || other.Zoom is null || Math.Abs(Zoom.Value - other.Zoom.Value) <= ZoomTolerance);
}

/// <summary>Where each preset was last seen to end. A camera does not tell what it has stored.</summary>
internal sealed class SeenPresets
{
    private readonly SortedDictionary<int, CameraPosition> _seen = [];

    public CameraPosition? this[int preset] => _seen.TryGetValue(preset, out var position) ? position : null;

    public void Saw(int preset, CameraPosition position) => _seen[preset] = position;

    public void Forget(int preset) => _seen.Remove(preset);

    /// <summary>The preset that the camera stands at; of two at one place the one that was shown before. 0: at none.</summary>
    public int At(CameraPosition position, int shown)
    {
        if (this[shown] is { } there && there.IsNear(position)) return shown;
        foreach (var (preset, where) in _seen)
        {
            if (where.IsNear(position)) return preset;
        }

        return 0;
    }
}
