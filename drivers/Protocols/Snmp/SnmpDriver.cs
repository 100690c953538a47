using System.Globalization;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Snmp;

/// <summary>What all drivers on SNMP have in common: questions by number, the way from an open link to being in step, and the card that restarts.</summary>
public abstract class SnmpDriver : DeviceDriver<SnmpReply>
{
    /// <summary>More objects than this in one question make slow cards answer tooBig, or nothing.</summary>
    protected const int MostObjects = 10;

    protected const string UpTime = "1.3.6.1.2.1.1.3.0";
    protected const string SystemObject = "1.3.6.1.2.1.1.2.0";
    protected const string SystemDescription = "1.3.6.1.2.1.1.1.0";

    // The up-time is told in hundredths of a second by a card's own clock.
    private const long UpTimeSlack = 500;
    private const long UpTimeWraps = 1L << 32;

    private readonly StateMachine<Mode, Told> _session = new(Mode.Unknown);
    private int _lastId;
    private long _upTime = -1;

    private protected SnmpDriver() : base(new SnmpCodec())
    {
        _session.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Identifying)
            .Ignore(Told.Identified).Ignore(Told.Foreign).Ignore(Told.Read).Ignore(Told.Restarted).Ignore(Told.LinkLost);

        _session.Configure(Mode.Linked).Permit(Told.LinkLost, Mode.Unknown).Ignore(Told.Linked);

        _session.Configure(Mode.Identifying).SubstateOf(Mode.Linked)
            .OnEntry(Begin)
            .Permit(Told.Identified, Mode.Reading)
            .Permit(Told.Foreign, Mode.Foreign)
            .Ignore(Told.Read).Ignore(Told.Restarted);

        _session.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(ReadAll)
            .Permit(Told.Read, Mode.Ready)
            .Permit(Told.Restarted, Mode.Identifying)
            .Permit(Told.Foreign, Mode.Foreign)
            .Ignore(Told.Identified);

        _session.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised())
            .Permit(Told.Restarted, Mode.Identifying)
            .Ignore(Told.Identified).Ignore(Told.Foreign).Ignore(Told.Read);

        // Something answers and is not what this driver drives; it may be exchanged while we look.
        _session.Configure(Mode.Foreign).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Unusable(StatusReasons.DeviceAbsent))
            .Permit(Told.Identified, Mode.Reading)
            .Ignore(Told.Foreign).Ignore(Told.Read).Ignore(Told.Restarted);

        _session.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Identifying, Reading, Ready, Foreign }

    internal enum Told { Linked, Identified, Foreign, Read, Restarted, LinkLost }

    private protected bool IsReady => _session.State is Mode.Ready;

    private protected StateMachineInfo Machine => _session.GetInfo();

    public override void OnLinked() => _session.Fire(Told.Linked);

    public override void OnLinkLost() => _session.Fire(Told.LinkLost);

    public override void OnPoll()
    {
        if (_session.State is Mode.Foreign) Identify();
        else Poll();
    }

    /// <summary>Asks what the device is, and ends in <see cref="Identified"/> or <see cref="IsForeign"/>.</summary>
    private protected abstract void Identify();

    /// <summary>Reads everything that is shown, and ends in <see cref="AllIsRead"/>.</summary>
    private protected abstract void ReadAll();

    private protected abstract void Poll();

    /// <summary>The card has started again; its device may have gone on.</summary>
    private protected virtual void HasRestarted()
    {
    }

    private protected void Identified() => _session.Fire(Told.Identified);

    private protected void IsForeign() => _session.Fire(Told.Foreign);

    private protected void AllIsRead() => _session.Fire(Told.Read);

    /// <summary>Asks for at most <see cref="MostObjects"/> objects.</summary>
    private protected void Get(IEnumerable<string> oids, Action<SnmpReply> done, CommandRequest? command = null) =>
        Ask($"get {{0}} {string.Join(' ', oids)}", done, command);

    private protected void Set(string oid, int value, Action<SnmpReply> done, CommandRequest command) =>
        Ask(string.Create(CultureInfo.InvariantCulture, $"set {{0}} {oid} {value}"), done, command);

    /// <summary>Looks whether the card has started again since the last answer that told its up-time; if so, nothing else of this answer counts.</summary>
    private protected bool TellsRestart(SnmpReply reply)
    {
        foreach (var binding in reply.Bindings)
        {
            if (binding is not { Oid: UpTime, Kind: SnmpKind.Ticks }) continue;
            var former = _upTime;
            _upTime = binding.Number;

            // After 497 days it begins at zero without a restart.
            if (former < 0 || binding.Number + UpTimeSlack >= former || former > UpTimeWraps - (UpTimeSlack * 100)) return false;
            HasRestarted();
            Device.Unusable(StatusReasons.Synchronising);
            _session.Fire(Told.Restarted);
            return true;
        }

        return false;
    }

    private void Begin()
    {
        _upTime = -1;
        Identify();
    }

    private void Ask(string request, Action<SnmpReply> done, CommandRequest? command)
    {
        var id = _lastId = _lastId == int.MaxValue ? 1 : _lastId + 1;
        Device.Ask(string.Format(CultureInfo.InvariantCulture, request, id), reply =>
        {
            if (reply.Id != id) return false;
            done(reply);
            return true;
        }, command);
    }
}
