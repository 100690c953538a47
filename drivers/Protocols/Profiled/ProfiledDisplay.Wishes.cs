using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>What is wished.</summary>
/// <remarks>
/// A display that warms up or cools has no ear, and older ones take harm from being asked. A wish that does not fit the moment is kept until it
/// does; its own deadline ends it, and a newer one takes its place.
/// </remarks>
public sealed partial class ProfiledDisplay
{
    // Ends with the command's own deadline, or when the display is seen not to follow.
    private static readonly TimeSpan PowerWithin = TimeSpan.FromMinutes(20);

    private CommandRequest? _following;
    private CommandRequest? _heldPower;

    // One for each verb of the picture.
    private readonly List<CommandRequest> _held = [];

    // Which way the last power wish went, until the display has arrived there; also where its acknowledgement was lost.
    private Told? _wished;

    private protected override void Wish(CommandRequest command, ProfileVerb verb)
    {
        if (verb.Effect is { Property: PowerWords.PowerState } && verb.Spec.Name is PowerWords.OnVerb or PowerWords.OffVerb) WishPower(command);
        else WishPicture(command, verb);
    }

    private ProfileVerb VerbOf(CommandRequest command) => Profile.Verbs.First(v => v.Spec.Name == command.Verb);

    private void WishPower(CommandRequest command)
    {
        Replace(ref _heldPower, command);
        switch (command.Verb, _power.State)
        {
            case (PowerWords.OnVerb, Mode.Starting or Mode.Warming): LookInstead(command, PowerStates.On); break;
            case (PowerWords.OffVerb, Mode.Stopping or Mode.Cooling): LookInstead(command, PowerStates.Off, PowerStates.Cooling); break;
            case (PowerWords.OnVerb, Mode.Stopping or Mode.Cooling) or (PowerWords.OffVerb, Mode.Starting or Mode.Warming):
                if (_following is { } former) Device.Complete(former, Superseded(command));
                _following = null;
                _heldPower = command;
                break;
            case (PowerWords.OnVerb, _): Switch(command, Told.OnAsked, PowerStates.On); break;
            default: Switch(command, Told.OffAsked, PowerStates.Off, PowerStates.Cooling); break;
        }
    }

    private void Switch(CommandRequest command, Told trigger, params Value[] wished)
    {
        var verb = VerbOf(command);
        if (verb.IsToggle)
        {
            Toggle(command, verb, () => Sent(command, trigger, wished));
            return;
        }

        Follow(command, trigger);
        Send(command, verb, () => Sent(command, trigger, wished), () => NotTaken(command));
    }

    private void Follow(CommandRequest command, Told trigger)
    {
        _following = command;
        _wished = trigger is Told.OnAsked ? Told.On : Told.Off;
    }

    private void Sent(CommandRequest command, Told trigger, Value[] wished)
    {
        Follow(command, trigger);
        _power.Fire(trigger);
        Device.Expect(command, PowerWords.PowerState, wished, PowerWithin, LookAtPower);

        // Where the display is there already, nothing moves that would look at it.
        if (!IsOnTheWay) LookAtPower();
    }

    private void NotTaken(CommandRequest command)
    {
        if (_following == command) _following = null;
        _wished = null;
    }

    /// <summary>The same is under way: nothing is sent for it but a question.</summary>
    private void LookInstead(CommandRequest command, params Value[] wished)
    {
        _following = command;
        Device.Expect(command, PowerWords.PowerState, wished, PowerWithin, LookAtPower);
        Look(_powerRead, null, onBehalfOf: command);
    }

    private void WishPicture(CommandRequest command, ProfileVerb verb)
    {
        if (_held.Find(h => h.Verb == command.Verb) is { } older)
        {
            _held.Remove(older);
            Device.Complete(older, Superseded(command));
        }

        if (verb.Effect is { } effect && !verb.Send.TryWrite(name => command.Args.TryGet(name, out var given) ? given : Known(name), out _, out var why))
        {
            Device.Complete(command, CommandResult.Rejected(why!));
            return;
        }

        switch (_power.State)
        {
            case Mode.Starting or Mode.Warming: _held.Add(command); break;
            case Mode.On: base.Wish(command, verb); break;
            default: Device.Complete(command, CommandResult.Rejected("the display is not on") with { Retryable = true }); break;
        }
    }

    private void GiveUp(CommandResult result)
    {
        if (_following is { } command) Device.Complete(command, result);
        _following = null;
        _wished = null;
        _power.Fire(Told.GaveUp);
        Settle(_power.State);
    }

    /// <summary>What was kept for this state is done now, or can no longer be.</summary>
    private void Settle(Mode state)
    {
        if (state is Mode.On or Mode.Off && Taken(ref _heldPower) is { } power) WishPower(power);
        if (state is not (Mode.On or Mode.Off or Mode.Stopping or Mode.Cooling)) return;
        CommandRequest[] held = [.. _held];
        _held.Clear();
        foreach (var command in held)
        {
            if (state is Mode.On) WishPicture(command, VerbOf(command));
            else Device.Complete(command, CommandResult.Rejected("the display did not come on") with { Retryable = true });
        }
    }

    private void ForgetWishes()
    {
        _following = _heldPower = null;
        _held.Clear();
        _wished = null;
    }

    private void Replace(ref CommandRequest? held, CommandRequest newer)
    {
        if (Taken(ref held) is { } older) Device.Complete(older, Superseded(newer));
    }

    private static CommandRequest? Taken(ref CommandRequest? held)
    {
        var taken = held;
        held = null;
        return taken;
    }

    private static CommandResult Superseded(CommandRequest newer) => new(CommandOutcome.Superseded, $"replaced by {newer.Id}");
}
