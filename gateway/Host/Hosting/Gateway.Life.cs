namespace AvGateway.Host.Hosting;

internal sealed partial class Gateway
{
    public bool IsStarted { get; private set; }

    /// <summary>What keeps the gateway from being of use; empty when it is ready.</summary>
    public IEnumerable<string> NotReady()
    {
        if (!IsStarted) yield return "starting";
        if (!_bus.IsConnected) yield return "broker away";
        if (!_store.Health.IsOk) yield return $"store {_store.Health.Condition}: {_store.Health.Reason}";
    }

    /// <summary>The loops whose stand-still means that the gateway is dead, however healthy it looks.</summary>
    public IReadOnlyList<VitalLoop> VitalLoops =>
    [
        new("devices", _ => Fleet.SettleAsync()),
        new("schedules", _schedules.BeatAsync),
        new("probes", _ => Probes.BeatAsync()),
        new("store", async stop =>
        {
            // An unwell store is a fault that is shown; only one that does not answer at all is a dead loop.
            try { await _store.State.PutAsync("watchdog", "beat", "{}", stop); }
            catch (Operations.Durable.StoreUnavailableException) { return; }
        }),
    ];

    /// <summary>Shows everything on the bus before the first client is let in, then opens the devices' links.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await Docket.RestoreAsync(cancellation);
        await House.RestoreAsync(isFirstStart: _store.Boot <= 1, cancellation);
        await _schedules.RestoreAsync(cancellation);
        await _records.RestoreAsync(cancellation);
        await _power.RestoreAsync(cancellation);
        await Faults.RestoreAsync(cancellation);
        await _escalation.RestoreAsync(_store.State, cancellation);
        await Probes.RestoreAsync(cancellation);
        await _inspector.RestoreAsync(cancellation);
        await _hours.RestoreAsync(cancellation);
        await Reports.RestoreAsync(cancellation);
        _drafts.AddRange(await Reports.OpenAsync(cancellation));
        await _mqtt.StartAsync(cancellation);
        Faults.Start();
        await Reports.HandOverAsync(cancellation);
        Fleet.Start();
        Probes.Start(Faults.Open);
        Lines.Start(Faults.Open);
        _capture.Start();
        _docketFile?.Start();
        House.Start();
        _channels.Start();
        _power.Start();
        _schedules.Start();
        _readiness.Start();
        _records.Start();
        _hours.Start();
        IsStarted = true;
    }

    /// <summary>Lets what was sent come to its end and says goodbye. Devices are left as they are.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        IsStarted = false;
        await Lines.StopAsync();
        await Probes.StopAsync();
        await _schedules.StopAsync();

        await _hours.StopAsync();

        // While the router still takes what puts a room back.
        await _inspector.StopAsync();
        if (_docketFile is not null) await _docketFile.StopAsync();
        await _readiness.StopAsync();
        await _power.StopAsync();
        await House.StopAsync();
        await Faults.StopAsync();
        await _notices.StopAsync();
        await _mqtt.StopAsync(cancellation);
        await Fleet.StopAsync();
        await _records.StopAsync();
        if (_router.Running == 0) await House.NoteOrderlyEndAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _records.DisposeAsync();
        Months.Dispose();
        _service.Dispose();
        await _capture.DisposeAsync();
        await _lines.DisposeAsync();
        await Probes.DisposeAsync();
        _probeMetrics.Dispose();
        Reports.Dispose();
        await _schedules.DisposeAsync();
        await _inspector.DisposeAsync();
        await _hours.DisposeAsync();
        if (_docketFile is not null) await _docketFile.DisposeAsync();
        Docket.Dispose();
        await _readiness.DisposeAsync();
        await _power.DisposeAsync();
        _powerTopics.Dispose();
        await House.DisposeAsync();
        await Faults.DisposeAsync();
        await _notices.DisposeAsync();
        await _channels.DisposeAsync();
        await Fleet.DisposeAsync();
        _metrics.Dispose();
        _mqtt.Dispose();
        _publisher.Dispose();
        _router.Dispose();
    }
}
