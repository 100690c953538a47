using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.PjLink;

/// <summary>Drives a projector or display over PJLink (TCP 4352).</summary>
/// <remarks>This file: log-in, and the power as <see cref="DisplayPower{TReply}"/> leads it. <c>.Commands</c>: what is wished. <c>.Readings</c>: what is asked and told.</remarks>
public sealed partial class PjLinkDriver : DeviceDriver<PjLinkReply>, IDisplayPowerLine
{
    private const string GreetingTimer = "greeting";

    // The specification says two seconds; a busy device greets later than that.
    private static readonly TimeSpan GreetsWithin = TimeSpan.FromSeconds(5);

    // Longer than the ten seconds for which a device owes no answer when it begins to warm up.
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(15);

    // No lock-out is known, but a rejected password is a matter for people; this is for one that was put right at the projector.
    private static readonly TimeSpan DeniedFor = TimeSpan.FromMinutes(10);

    private readonly DisplayPower<PjLinkReply> _power;
    private readonly HeldCommand<PjLinkReply> _heldInput;
    private readonly DriverSetup _setup;
    private readonly PjLinkInputs _inputs;

    public PjLinkDriver(DriverSetup setup) : base(new PjLinkCodec())
    {
        _setup = setup;
        _inputs = new(setup.Options[InputsOption].Text);
        _heldInput = new(() => Device);
        _power = new(() => Device, this, new(FollowsWithin, Limit(WarmUpOption), Limit(CoolDownOption)) { CoolsTooLong = CoolsTooLong, Words = "acknowledged, and " });
    }

    internal static StateMachineInfo Describe() => DisplayPowerMachine.Describe();

    /// <summary>The device speaks first.</summary>
    public override void OnLinked()
    {
        Forget();
        Device.StartTimer(GreetingTimer, GreetsWithin);
    }

    public override void OnLinkLost() => _power.LinkLost();

    public override void OnUnsolicited(PjLinkReply reply)
    {
        switch (reply.Kind)
        {
            case PjLinkReplyKind.Open: Greeted(digest: ""); break;
            case PjLinkReplyKind.Locked when _setup.Secret is { } secret: Greeted(PjLinkCodec.Digest(reply.Value, secret.Reveal())); break;
            case PjLinkReplyKind.Locked: Deny("the display asks for a password and none is configured"); break;
            case PjLinkReplyKind.Denied: Deny("the display does not take the configured password"); break;

            // An answer that came too late is still what the device said of itself; answers come in the order of the questions.
            case PjLinkReplyKind.Answer when !reply.IsError: Take(reply); break;
        }
    }

    public override void OnTimer(string name)
    {
        if (!_power.OnTimer(name)) Device.Reconnect(StatusReasons.ProtocolError, $"no PJLink greeting within {GreetsWithin.TotalSeconds:0} s");
    }

    private TimeSpan Limit(string option) => TimeSpan.FromSeconds(_setup.Options[option].Integer);

    private void Greeted(string digest)
    {
        // A second greeting on one connection is noise: the first request has been sent, and its digest with it.
        if (_isGreeted) return;
        _isGreeted = true;
        Device.StopTimer(GreetingTimer);
        Identify(digest);
    }

    private void Deny(string why)
    {
        Device.StopTimer(GreetingTimer);
        Device.Raise(DisplayWords.AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }
}
