using AvGateway.Devices;

namespace AvGateway.Testing;

/// <summary>Keeps what a device told its observer, in order.</summary>
public sealed class BenchObserver : IDeviceObserver
{
    private readonly Lock _gate = new();
    private readonly List<DeviceStatus> _statuses = [];
    private readonly List<(string Property, Reading Reading)> _readings = [];
    private readonly List<(string Property, Target? Target)> _targets = [];
    private readonly List<(string Code, bool Raised, string? Detail)> _faults = [];
    private readonly List<DeviceEvent> _happened = [];

    public IReadOnlyList<DeviceStatus> Statuses => Copy(_statuses);
    public IReadOnlyList<(string Property, Reading Reading)> Readings => Copy(_readings);
    public IReadOnlyList<(string Property, Target? Target)> Targets => Copy(_targets);
    public IReadOnlyList<(string Code, bool Raised, string? Detail)> Faults => Copy(_faults);
    public IReadOnlyList<DeviceEvent> Events => Copy(_happened);

    /// <summary>Called after each change, on the device's thread.</summary>
    public Action? Changed { get; set; }

    /// <summary>Forgets what was kept, so that a test sees only what follows.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _statuses.Clear();
            _readings.Clear();
            _targets.Clear();
            _faults.Clear();
            _happened.Clear();
        }
    }

    public void StatusChanged(IDevice device, DeviceStatus status) => Keep(_statuses, status);
    public void ReadingChanged(IDevice device, string property, in Reading reading) => Keep(_readings, (property, reading));
    public void TargetChanged(IDevice device, string property, Target? target) => Keep(_targets, (property, target));
    public void FaultChanged(IDevice device, string code, bool raised, string? detail) => Keep(_faults, (code, raised, detail));
    public void ExtentChanged(IDevice device) => Changed?.Invoke();
    public void Happened(IDevice device, DeviceEvent happened) => Keep(_happened, happened);

    private void Keep<T>(List<T> list, T item)
    {
        lock (_gate) list.Add(item);
        Changed?.Invoke();
    }

    private List<T> Copy<T>(List<T> list)
    {
        lock (_gate) return [.. list];
    }
}
