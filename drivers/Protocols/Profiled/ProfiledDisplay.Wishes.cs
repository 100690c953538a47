using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>What is wished.</summary>
public sealed partial class ProfiledDisplay
{
    // One for each verb of the picture.
    private readonly List<CommandRequest> _held = [];

    private protected override void Wish(CommandRequest command, ProfileVerb verb)
    {
        if (verb.Effect is { Property: PowerWords.PowerState } && verb.Spec.Name is PowerWords.OnVerb or PowerWords.OffVerb) _power.Wish(command);
        else WishPicture(command, verb);
    }

    private ProfileVerb VerbOf(CommandRequest command) => Profile.Verbs.First(v => v.Spec.Name == command.Verb);

    void IDisplayPowerLine.SendPower(CommandRequest command)
    {
        var verb = VerbOf(command);
        if (verb.IsToggle)
        {
            Toggle(command, verb, () => Sent(command));
            return;
        }

        _power.Asked(command);
        Send(command, verb, () => Sent(command), () => _power.NotTaken(command));
    }

    // A code for both ways is asked only when it is sent; and of two wishes before the first yes, the one is followed that got it.
    private void Sent(CommandRequest command)
    {
        _power.Asked(command);
        _power.Taken(command);
    }

    private void WishPicture(CommandRequest command, ProfileVerb verb)
    {
        if (_held.Find(h => h.Verb == command.Verb) is { } older)
        {
            _held.Remove(older);
            Device.Complete(older, CommandResult.SupersededBy(command));
        }

        if (verb.Effect is { } effect && !verb.Send.TryWrite(name => command.Args.TryGet(name, out var given) ? given : Known(name), out _, out var why))
        {
            Device.Complete(command, CommandResult.Rejected(why!));
            return;
        }

        switch (_power.Mode)
        {
            case DisplayMode.Starting or DisplayMode.Warming: _held.Add(command); break;
            case DisplayMode.On: base.Wish(command, verb); break;
            default: Device.Complete(command, CommandResult.Rejected("the display is not on") with { Retryable = true }); break;
        }
    }

    void IDisplayPowerLine.Settled(DisplayMode mode)
    {
        if (mode is not (DisplayMode.On or DisplayMode.Off or DisplayMode.Stopping or DisplayMode.Cooling)) return;
        CommandRequest[] held = [.. _held];
        _held.Clear();
        foreach (var command in held)
        {
            if (mode is DisplayMode.On) WishPicture(command, VerbOf(command));
            else Device.Complete(command, CommandResult.Rejected("the display did not come on") with { Retryable = true });
        }
    }
}
