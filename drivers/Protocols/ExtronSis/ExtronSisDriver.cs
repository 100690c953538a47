using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.ExtronSis;

/// <summary>Drives an Extron matrix by its Simple Instruction Set, over RS-232 or TCP with the same words.</summary>
/// <remarks>This file: the session and what the device tells. <c>.Ties</c>: commands and readings.</remarks>
public sealed partial class ExtronSisDriver : DeviceDriver<SisReply>
{
    private const string GreetingTimer = "greeting";
    private const string BusyTimer = "busy";

    // A TCP port greets and may ask for a password right behind the greeting; what is sent in between would be taken for the password.
    private static readonly TimeSpan GreetsWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan QuietAfterGreeting = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan DeniedFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(30);

    private readonly StateMachine<Mode, Told> _session = new(Mode.Unknown);
    private readonly DriverSetup _setup;
    private readonly SisTable _table;
    private readonly int _temperatureField;
    private bool _isInStep;

    public ExtronSisDriver(DriverSetup setup) : base(new SisCodec())
    {
        _setup = setup;
        _table = SisTable.Of(setup.Options[PlanesOption].Text);
        _temperatureField = (int)setup.Options[TemperatureOption].Integer;

        _session.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Greeting)
            .Ignore(Told.Greeted).Ignore(Told.Prompted).Ignore(Told.LoggedIn).Ignore(Told.Read).Ignore(Told.LinkLost);

        _session.Configure(Mode.Linked).Permit(Told.LinkLost, Mode.Unknown).Ignore(Told.Linked);

        _session.Configure(Mode.Greeting).SubstateOf(Mode.Linked)
            .OnEntry(AwaitGreeting).OnExit(() => Device.StopTimer(GreetingTimer))
            .Permit(Told.Quiet, Mode.Reading)
            .Permit(Told.Prompted, Mode.LoggingIn)
            .Permit(Told.LoggedIn, Mode.Reading)
            .PermitReentry(Told.Greeted)
            .Ignore(Told.Read);

        _session.Configure(Mode.LoggingIn).SubstateOf(Mode.Linked)
            .OnEntry(LogIn)
            .Permit(Told.LoggedIn, Mode.Reading)
            .Permit(Told.Prompted, Mode.Denied)
            .Ignore(Told.Greeted).Ignore(Told.Quiet).Ignore(Told.Read);

        _session.Configure(Mode.Denied).SubstateOf(Mode.Linked)
            .OnEntry(GiveUpLogIn)
            .Ignore(Told.Greeted).Ignore(Told.Prompted).Ignore(Told.LoggedIn).Ignore(Told.Quiet).Ignore(Told.Read);

        _session.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(ReadAll)
            .Permit(Told.Read, Mode.Ready)
            .Permit(Told.Greeted, Mode.Greeting)
            .Permit(Told.Prompted, Mode.LoggingIn)
            .Ignore(Told.LoggedIn).Ignore(Told.Quiet);

        // The greeting in the middle of a session: the device has started again, its verbose mode and perhaps its ties are gone.
        _session.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(BecomeReady).OnExit(() => Device.Unusable(StatusReasons.Synchronising))
            .Permit(Told.Greeted, Mode.Greeting)
            .Permit(Told.Prompted, Mode.LoggingIn)
            .Ignore(Told.LoggedIn).Ignore(Told.Quiet).Ignore(Told.Read);

        _session.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Greeting, LoggingIn, Denied, Reading, Ready }

    internal enum Told { Linked, Greeted, Quiet, Prompted, LoggedIn, Read, LinkLost }

    private bool IsSerial => _setup.Link.Scheme == "serial";

    public override void OnLinked()
    {
        _isInStep = false;
        _busy.Clear();
        _session.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _session.Fire(Told.LinkLost);

    public override void OnUnsolicited(SisReply reply)
    {
        switch (reply.Kind)
        {
            case SisReplyKind.Banner: TakeBanner(reply); break;
            case SisReplyKind.Prompt: _session.Fire(Told.Prompted); break;
            case SisReplyKind.LoggedIn: TakeLogIn(reply); break;
            case SisReplyKind.Telnet: RefuseTelnet(reply); break;
            case SisReplyKind.Tie or SisReplyKind.TieAll: TakeTie(reply); break;
            case SisReplyKind.ManyTies when _isInStep: ReadTies(andThen: null); break;
            case SisReplyKind.Error when reply.Error == ErrorFull: Device.Reconnect(StatusReasons.Occupied, reply.Text, FullFor); break;
            case SisReplyKind.Text when _session.State is Mode.Greeting && !IsSerial: Device.StartTimer(GreetingTimer, QuietAfterGreeting); break;
        }
    }

    public override void OnTimer(string name)
    {
        if (name == GreetingTimer) _session.Fire(Told.Quiet);
        else AskBusyAgain();
    }

    internal static StateMachineInfo Describe() => new ExtronSisDriver(Manifest.OnPaper())._session.GetInfo();

    // A device on a serial line greets when it starts, not when we come.
    private void AwaitGreeting() => Device.StartTimer(GreetingTimer, IsSerial ? QuietAfterGreeting : GreetsWithin);

    private void TakeBanner(SisReply reply)
    {
        // (c) Copyright 2019, Extron Electronics, DXP 1616 HDMI, V1.05, 60-0000-01
        var parts = reply.Text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > 3) Device.Report(CommonWords.ModelName, parts[2]);
        _session.Fire(Told.Greeted);
        Device.StartTimer(GreetingTimer, QuietAfterGreeting);
    }

    private void LogIn()
    {
        if (_setup.Secret is { } secret) Device.Tell(SisCodec.Secret + secret.Reveal());
        else _session.Fire(Told.Prompted);
    }

    private void TakeLogIn(SisReply reply)
    {
        Device.Clear(AccessDenied.Code);
        if (reply.Text.EndsWith("User", StringComparison.Ordinal)) Device.Raise(Privilege.Code, reply.Text);
        else Device.Clear(Privilege.Code);
        _session.Fire(Told.LoggedIn);
    }

    private void GiveUpLogIn()
    {
        var why = _setup.Secret is null ? "the device asks for a password and none is configured" : "the device asks for the password again";
        Device.Raise(AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }

    private void RefuseTelnet(SisReply reply)
    {
        if (SisCodec.RefuseTelnet(reply) is { } refusal) Device.Tell(refusal);
    }

    private void BecomeReady()
    {
        _isInStep = true;
        Device.Synchronised();
    }
}
