using System.Globalization;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Modbus;

/// <summary>What all drivers on Modbus have in common: questions by number, and the way from an open link to being in step.</summary>
public abstract class ModbusDriver : DeviceDriver<ModbusReply>
{
    private readonly StateMachine<Mode, Told> _session = new(Mode.Unknown);
    private int _transaction;

    private protected ModbusDriver() : base(new ModbusCodec())
    {
        _session.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Reading)
            .Ignore(Told.Read).Ignore(Told.Foreign).Ignore(Told.LinkLost);

        _session.Configure(Mode.Linked).Permit(Told.LinkLost, Mode.Unknown).Ignore(Told.Linked);

        _session.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(ReadAll)
            .Permit(Told.Read, Mode.Ready)
            .Permit(Told.Foreign, Mode.Foreign);

        _session.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised())
            .Permit(Told.Foreign, Mode.Foreign)
            .Ignore(Told.Read);

        // A unit answers and has not what the site says that it has; it may be exchanged or set right while we look.
        _session.Configure(Mode.Foreign).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Unusable(StatusReasons.DeviceAbsent))
            .Permit(Told.Read, Mode.Ready)
            .Ignore(Told.Foreign);

        _session.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Reading, Ready, Foreign }

    internal enum Told { Linked, Read, Foreign, LinkLost }

    private protected StateMachineInfo Machine => _session.GetInfo();

    public override void OnLinked() => _session.Fire(Told.Linked);

    public override void OnLinkLost() => _session.Fire(Told.LinkLost);

    public override void OnPoll() => ReadAll();

    /// <summary>Reads everything that is shown, and ends in <see cref="AllIsRead"/> or <see cref="IsForeign"/>.</summary>
    private protected abstract void ReadAll();

    private protected void AllIsRead() => _session.Fire(Told.Read);

    private protected void IsForeign() => _session.Fire(Told.Foreign);

    private protected void Ask(string what, int function, Action<ModbusReply> done, CommandRequest? command = null)
    {
        var id = _transaction = _transaction == ushort.MaxValue ? 1 : _transaction + 1;
        Device.Ask(string.Create(CultureInfo.InvariantCulture, $"{id} {what}"), reply =>
        {
            if (reply.Transaction != id || reply.Function != function) return false;
            done(reply);
            return true;
        }, command);
    }
}
