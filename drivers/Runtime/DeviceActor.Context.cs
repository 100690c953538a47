using AvGateway.Devices;

namespace AvGateway.Drivers.Runtime;

public sealed partial class DeviceActor<TReply>
{
    public void Ask(string request, Func<TReply, bool> onReply, CommandRequest? onBehalfOf = null, AskTiming? timing = null)
    {
        var command = Find(onBehalfOf);
        if (onBehalfOf is not null && command is null) return;
        var attempts = timing?.Attempts ?? (command?.Verb is { Idempotent: false } ? 1 : _manifest.Reply.Attempts);
        _exchanges.Add(new(request, onReply, command, timing?.Timeout ?? _manifest.Reply.Timeout, attempts));
    }

    public void Tell(string request, CommandRequest? onBehalfOf = null)
    {
        var command = Find(onBehalfOf);
        if (onBehalfOf is not null && command is null) return;
        _exchanges.Add(new(request, null, command, TimeSpan.Zero, 1));
    }

    public void Report(string property, Value value, ReadingSource? source = null)
    {
        if (_readings.Set(property, value, Quality.Good, source ?? _source, out var reading)) _around.Observer.ReadingChanged(this, property, reading);
        if (_expected.Count > 0) Observed(property, value);
    }

    public void Assume(string property, Value value)
    {
        if (_readings.Set(property, value, Quality.Assumed, _source, out var reading)) _around.Observer.ReadingChanged(this, property, reading);
    }

    public void Forget(string property)
    {
        if (_readings.Forget(property, out var reading)) _around.Observer.ReadingChanged(this, property, reading);
    }

    void IDeviceContext<TReply>.Extent(string name, int count)
    {
        if (_extents.TryGetValue(name, out var known) && known == count) return;
        _extents = _extents.SetItem(name, count);
        _around.Observer.ExtentChanged(this);
    }

    public void SetMode(string mode) => Become(_status.State, _status.Reason, mode);

    public void Synchronised()
    {
        if (_session is not { } session || _giveUp is not null) return;
        var isFirst = !session.WasInStep;
        session.WasInStep = true;
        _alarm.Stop(Clock.Synchronise);
        BecomeUsable();
        if (!isFirst) return;
        SayBack();

        // The first round comes at a random moment of the interval: devices that came back together are not asked together for ever.
        _alarm.Start(Clock.Poll, PollEvery * Math.Max(0.1, _around.Luck()));
    }

    public void Unusable(string reason)
    {
        if (_session is not { } session || _giveUp is not null) return;
        _alarm.Stop(Clock.Synchronise);
        foreach (var (property, reading) in _readings.Stale()) _around.Observer.ReadingChanged(this, property, reading);
        Become(DeviceState.Degraded, reason);
        if (session.WasInStep) return;
        session.WasInStep = true;
        _alarm.Start(Clock.Poll, PollEvery);
    }

    public void Identify(string serialNumber)
    {
        var expected = _plan.SerialNumber ?? _identity;
        _identity ??= serialNumber;
        _isForeign = expected is not null && !string.Equals(expected, serialNumber, StringComparison.OrdinalIgnoreCase);
        if (_isForeign)
        {
            ForeignDevice(_log, Id, serialNumber, expected!);
            Raise(RuntimeFaults.WrongIdentity.Code, $"{serialNumber} answers instead of {expected}", $"应答的是 {serialNumber}，登记的是 {expected}");
            if (_session is { WasInStep: true }) BecomeUsable();
        }
        else
        {
            Clear(RuntimeFaults.WrongIdentity.Code);
        }
    }

    public void Raise(string faultCode, string? detail = null) => Show(faultCode, detail, null);

    public void Raise(string faultCode, string en, string zh) => Show(faultCode, en, zh);

    private void Show(string faultCode, string? detail, string? detailZh)
    {
        if (_faults.Contains(faultCode)) return;
        _faults = _faults.Add(faultCode);
        _around.Observer.FaultChanged(this, faultCode, raised: true, detail, detailZh);
    }

    public void Clear(string faultCode)
    {
        if (!_faults.Contains(faultCode)) return;
        _faults = _faults.Remove(faultCode);
        _around.Observer.FaultChanged(this, faultCode, raised: false, null);
    }

    public void Happened(string eventType, params (string Name, Value Value)[] details) =>
        _around.Observer.Happened(this, new(eventType, Arguments.Of(details), _time.GetUtcNow()));

    public void Acknowledged(CommandRequest command)
    {
        if (Find(command) is not { IsAcknowledged: false } pending) return;
        pending.IsAcknowledged = true;
        pending.Progress?.Acknowledged(command);
        if (pending.Expected is { } expected) LookSoonIfAlreadySo(expected);
    }

    public void Expect(CommandRequest command, string property, Value wished, TimeSpan within, Action lookAgain) =>
        Expect(command, property, [wished], within, lookAgain);

    public void Expect(CommandRequest command, string property, IReadOnlyList<Value> wished, TimeSpan within, Action lookAgain)
    {
        if (Find(command) is not { } pending) return;
        if (pending.Expected is { } former) Drop(former);
        if (_expected.Find(e => e.Property == property) is { } older) End(older.Command, CommandResult.SupersededBy(command));
        var expected = new Expectation(pending, property, wished, within, lookAgain);
        pending.Expected = expected;
        _expected.Add(expected);
        var target = new Target(wished[0], command.Id, command.Caller, _time.GetUtcNow() + command.Deadline.Remaining(_time));
        _targets = _targets.SetItem(property, target);
        _around.Observer.TargetChanged(this, property, target);
        if (pending.Attempts == 0) return;
        _alarm.Start(expected, within);
        if (pending.IsAcknowledged) LookSoonIfAlreadySo(expected);
    }

    public void Complete(CommandRequest command, CommandResult result)
    {
        if (Find(command) is { } pending) End(pending, result);
    }

    public void StartTimer(string name, TimeSpan due) => _alarm.Start(name, due);
    public void StopTimer(string name) => _alarm.Stop(name);

    public void Reconnect(string reason, string detail, TimeSpan notBefore = default) => GiveUp(reason, detail, notBefore);

    private PendingCommand? Find(CommandRequest? command) => command is not null && _commands.TryGetValue(command, out var pending) ? pending : null;

    private void BecomeUsable()
    {
        _alarm.Stop(Clock.Offline);
        if (_isForeign) Become(DeviceState.Degraded, StatusReasons.WrongIdentity);
        else Become(DeviceState.Online, StatusReasons.Synchronised);
    }

    // A device need not report what did not change: where it already is as wished, asking soon beats waiting for words that may never come.
    private void LookSoonIfAlreadySo(Expectation expected)
    {
        if (expected.HasLooked || expected.Within < LookSoon || !_readings.TryGet(expected.Property, out var reading)) return;
        if (reading.Quality is not Quality.Good || !expected.Wished.Contains(reading.Value)) return;
        expected.LooksSoon = true;
        _alarm.Start(expected, LookSoon);
    }
}
