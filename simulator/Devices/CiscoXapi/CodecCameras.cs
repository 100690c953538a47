using System.Globalization;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>Camera positions and presets. Presets are kept through a restart.</summary>
internal sealed class CodecCameras
{
    private const int MostPresets = 35;
    private const int Widest = 8500;
    private const int Step = 250;

    private static readonly string[] Axes = ["Pan", "Tilt", "Zoom"];

    private readonly XapiTree _status;
    private readonly SortedDictionary<int, (int Camera, int[] Position)> _presets;
    private readonly SortedSet<int> _roomPresets;

    public CodecCameras(XapiTree status) : this(status, [], [])
    {
    }

    private CodecCameras(XapiTree status, SortedDictionary<int, (int Camera, int[] Position)> presets, SortedSet<int> roomPresets)
    {
        _status = status;
        _presets = presets;
        _roomPresets = roomPresets;
    }

    /// <summary>The same presets on the status of a codec that has started again.</summary>
    public CodecCameras After(XapiTree status) => new(status, _presets, _roomPresets);

    public XapiResult Store(XapiArguments arguments)
    {
        var preset =
            arguments.Number("PresetId") ?? Enumerable.Range(1, MostPresets).FirstOrDefault(number => !_presets.ContainsKey(number));
        if (preset == 0) return XapiResult.Error("No free preset");
        var camera = arguments.Number("CameraId") ?? 1;
        _presets[preset] = (camera, [.. Axes.Select(axis => Position(camera, axis))]);
        return new("OK", ("PresetId", preset.ToString(CultureInfo.InvariantCulture)));
    }

    public XapiResult Activate(XapiArguments arguments)
    {
        if (!_presets.TryGetValue(arguments.Number("PresetId") ?? 0, out var preset)) return XapiResult.Error("Preset not found");
        for (var i = 0; i < Axes.Length; i++) Move(preset.Camera, Axes[i], preset.Position[i]);
        return XapiResult.Ok;
    }

    public XapiResult Remove(XapiArguments arguments) =>
        _presets.Remove(arguments.Number("PresetId") ?? 0) ? XapiResult.Ok : XapiResult.Error("Preset not found");

    public XapiResult StoreRoom(XapiArguments arguments)
    {
        _roomPresets.Add(arguments.Number("PresetId") ?? 1);
        return XapiResult.Ok;
    }

    public XapiResult ActivateRoom(XapiArguments arguments) =>
        _roomPresets.Contains(arguments.Number("PresetId") ?? 0) ? XapiResult.Ok : XapiResult.Error("Preset not found");

    public XapiResult Set(XapiArguments arguments)
    {
        var camera = arguments.Number("CameraId") ?? 1;
        foreach (var axis in Axes)
        {
            if (arguments.Number(axis) is { } position) Move(camera, axis, position);
        }

        return XapiResult.Ok;
    }

    /// <summary>A ramp moves one step each time it is begun: the simulated motor is as fast as the command.</summary>
    public XapiResult Ramp(XapiArguments arguments)
    {
        var camera = arguments.Number("CameraId") ?? 1;
        foreach (var axis in Axes)
        {
            var way = arguments[axis] switch { "Left" or "Down" or "In" => -1, "Right" or "Up" or "Out" => 1, _ => 0 };
            if (way != 0)
                Move(camera, axis,
                    Math.Clamp(Position(camera, axis) + (way * Step), axis == "Zoom" ? 0 : -10_000, axis == "Zoom" ? Widest : 10_000));
        }

        return XapiResult.Ok;
    }

    private int Position(int camera, string axis) =>
        int.TryParse(_status[$"Cameras Camera {camera} Position {axis}"], CultureInfo.InvariantCulture, out var position) ? position : 0;

    private void Move(int camera, string axis, int position) =>
        _status.Set($"Cameras Camera {camera} Position {axis}", position.ToString(CultureInfo.InvariantCulture));
}
