using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Faults;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Inspections;

/// <summary>
/// Counts how long devices without a counter of their own were seen to be on, minute by minute, and has a reminder raised when work is due by the
/// hours (R04). What was not seen is not counted: neither the time in which a device was silent nor that in which the gateway was away.
/// </summary>
public sealed partial class HoursWatch(ImmutableArray<DeviceId> counted, Inspector inspector, IDeviceDirectory devices, FaultWatch faults, IStateTable state, TimeProvider time, ILogger<HoursWatch> log) : IAsyncDisposable
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private const string Kind = "on-hours";

    // Two looks that are further apart than this say nothing of the time between them: the machine slept, or the process stood still.
    private static readonly TimeSpan Apart = 3 * Every;
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, double> _hours = new(StringComparer.Ordinal);
    private readonly HashSet<DeviceId> _wereOn = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private Task _keeping = Task.CompletedTask;
    private long _lookedAt;

    /// <summary>Null where the device is not counted.</summary>
    public double? Of(DeviceId device)
    {
        if (!counted.Contains(device)) return null;
        lock (_gate) return _hours.GetValueOrDefault(device.ToString());
    }

    /// <exception cref="JsonException">What is stored is damaged: hours are not begun anew without a word.</exception>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        foreach (var document in await state.LoadAllAsync(Kind, cancellation))
        {
            foreach (var (device, hours) in JsonSerializer.Deserialize<Dictionary<string, double>>(document.Json) ?? [])
                lock (_gate) _hours[device] = hours;
        }
    }

    public void Start()
    {
        _lookedAt = time.GetTimestamp();
        _keeping = Task.Run(KeepAsync);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _keeping;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    /// <summary>One look: counts, stores what grew, and tells what is due.</summary>
    internal async Task LookAsync()
    {
        if (Count()) await StoreAsync();
        foreach (var row in inspector.HoursNow())
        {
            // What is not due and never was is nobody's matter; what was due and is signed is over.
            if (!row.IsDue && !_told.Contains(row.Id) && !faults.Open.Any(f => f.Subject == row.Device && f.Code == CodeOf(row.Work))) continue;
            _told.Add(row.Id);
            faults.Tell(new(row.Device, CodeOf(row.Work)), row.IsDue, row.SayHours());
        }
    }

    private static string CodeOf(string work) => $"{FaultKinds.MaintenanceDue}:{work}";

    private bool Count()
    {
        var grew = false;
        var passed = time.GetElapsedTime(_lookedAt);
        _lookedAt = time.GetTimestamp();
        foreach (var id in counted)
        {
            var isOn = devices.Find(id) is { } device && IsOn(device);
            if (isOn && _wereOn.Contains(id) && passed <= Apart)
            {
                lock (_gate) _hours[id.ToString()] = _hours.GetValueOrDefault(id.ToString()) + passed.TotalHours;
                grew = true;
            }

            _ = isOn ? _wereOn.Add(id) : _wereOn.Remove(id);
        }

        return grew;
    }

    // One that tells its power is believed; one that has none runs while it answers.
    private static bool IsOn(IDevice device)
    {
        if (device.Status.State is not (DeviceState.Online or DeviceState.Degraded)) return false;
        if (device.Manifest.Properties.All(p => p.Name != PowerWords.PowerState)) return true;
        return device.TryGetReading(PowerWords.PowerState, out var power) && power.Quality is Quality.Good && power.Value.Kind is ValueKind.Text && power.Value.Text == PowerStates.On;
    }

    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, _stopping.Token);
                await LookAsync();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    // A minute's hours that cannot be stored now are in the next minute's.
    private async Task StoreAsync()
    {
        string json;
        lock (_gate) json = JsonSerializer.Serialize(_hours);
        try
        {
            await state.PutAsync(Kind, "all", json, CancellationToken.None).AsTask().WaitAsync(StoreWithin, time);
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
        {
            NotStored(log, unwell);
        }
    }

    [LoggerMessage(EventId = 2730, Level = LogLevel.Warning, Message = "The hours for which devices were on could not be stored; they are with the next minute's")]
    private static partial void NotStored(ILogger log, Exception unwell);
}
