using AvGateway.Store.Engines;

namespace AvGateway.Store.Writing;

/// <summary>What the writer does while it cannot write, and how it comes back without a restart (P3, P4).</summary>
internal sealed partial class StoreWriter
{
    private readonly Lock _healthGate = new();
    private readonly List<WriteOperation> _parked = [];
    private volatile StoreHealth _health;
    private List<WriteOperation>? _doubt;
    private volatile WriteOperation[] _inFlight = [];
    private bool _needsReopen;
    private bool _isReserveSpent;
    private long _busySince;
    private long _stalledSince;
    private long _lastProbe;

    /// <summary>Raised on each change, on the thread that noticed it; a listener must return at once.</summary>
    public event Action<StoreHealth>? HealthChanged;

    public StoreHealth Health => _health;

    /// <summary>With a full disk what is left of the reserve is written; otherwise only a sound store is.</summary>
    private bool CanWrite => !_needsReopen && _health.Condition switch
    {
        StoreCondition.Ok => true,
        StoreCondition.Full => !_isReserveSpent,
        _ => false,
    };

    /// <summary>Damage found by a check that ran beside the writer.</summary>
    public void Condemn(StoreFailure failure) => SetHealth(failure.Condition, failure.Reason);

    private bool IsRefused(WriteOperation operation) =>
        !_health.IsOk && !operation.OutlastsOutage && (operation.IsAdmission || _health.Condition != StoreCondition.Full || _isReserveSpent);

    private void Degrade(StoreFailure failure)
    {
        if (failure.Condition == StoreCondition.Full)
        {
            if (_ballast.IsThere) _ballast.Free();
            else _isReserveSpent = true;
        }
        else if (failure.Condition != StoreCondition.Corrupt)
        {
            _needsReopen = true;
        }

        SetHealth(failure.Condition, failure.Reason);
    }

    // After the first "full" there is the reserve, so the batch gets one more try without what would begin something new.
    private void Retry(List<WriteOperation> batch)
    {
        foreach (var operation in batch) operation.Unclaim();
        Write(batch);
    }

    private void Park(WriteOperation operation)
    {
        operation.Unclaim();
        _parked.Add(operation);
    }

    private void TryRecover()
    {
        _lastProbe = _time.GetTimestamp();
        if (_health.Condition is StoreCondition.Ok or StoreCondition.Corrupt) return;
        try
        {
            if (_needsReopen) Reconnect();
            _engine.Probe();
            _isReserveSpent = false;

            // Before anybody is let in again, since the same id may be the first to come.
            if (_takenBack.Count > 0 && TryCommit([]) is { } failed)
            {
                if (_engine.FailureOf(failed) is { } failure) Degrade(failure);
                return;
            }

            // Only a full disk is still full while it is written to; every other condition ended with the probe.
            if (_health.Condition != StoreCondition.Full) SetHealth(StoreCondition.Ok, "");
            if (!WriteParked()) return;
            if (_ballast.TryTake()) SetHealth(StoreCondition.Ok, "");
            else SetHealth(StoreCondition.Full, "there is no room for the reserve");
        }
        catch (Exception unwell) when (_engine.FailureOf(unwell) is not null)
        {
            RollbackQuietly();
            Degrade(_engine.FailureOf(unwell)!);
        }
    }

    private void Reconnect()
    {
        var tookEffect = _engine.Reopen();
        _needsReopen = false;
        if (_doubt is not { } doubt) return;
        _doubt = null;
        if (tookEffect) foreach (var operation in doubt) Settle(operation, o => o.Stored(this));
        else foreach (var operation in doubt) if (IsRefused(operation)) Settle(operation, o => o.Refuse(Health)); else Park(operation);
    }

    /// <summary>In their old order, before anything newer. False when it came to a stop again.</summary>
    private bool WriteParked()
    {
        while (_parked.Count > 0)
        {
            var next = _parked.GetRange(0, Math.Min(_parked.Count, _options.MaxBatch));
            _parked.RemoveRange(0, next.Count);
            var rest = _parked.ToArray();
            _parked.Clear();
            Write(next);
            _parked.AddRange(rest);
            if (!CanWrite) return false;
        }

        return true;
    }

    /// <summary>Runs on the clock's thread: the writer's own may be the one that hangs.</summary>
    private void Watch()
    {
        var now = _time.GetTimestamp();
        var since = Volatile.Read(ref _busySince);
        if (since != 0 && _time.GetElapsedTime(since, now) > _options.StallLimit && since != _stalledSince) Stall(since);
        if (!_health.IsOk && _time.GetElapsedTime(_lastProbe, now) >= _options.ProbeInterval) _queue.Ask(Chores.Probe);
        if (_time.GetElapsedTime(_lastTidy, now) < _options.PruneInterval) return;
        _lastTidy = now;
        _queue.Ask(Chores.Tidy);
    }

    /// <summary>Nobody waits longer than this for a disk. Whether the hanging commit takes effect is seen when it returns.</summary>
    private void Stall(long since)
    {
        _stalledSince = since;
        SetHealth(StoreCondition.Failing, "the disk has not answered in time");
        foreach (var operation in _inFlight)
            if (!operation.OutlastsOutage) operation.Refuse(_health);
        foreach (var operation in _queue.Remove(o => !o.OutlastsOutage)) Settle(operation, o => o.Refuse(_health));
    }

    private void SetHealth(StoreCondition condition, string reason)
    {
        StoreHealth health;
        lock (_healthGate)
        {
            // Nothing heals damage but opening a restored store.
            if (_health.Condition == condition || _health.Condition == StoreCondition.Corrupt) return;
            _health = health = new(condition, reason, _time.GetUtcNow());
        }

        if (health.IsOk) LogRecovered(_logger);
        else LogUnwell(_logger, condition, reason);
        HealthChanged?.Invoke(health);
    }
}
