using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.PjLink;

/// <summary>What is wished.</summary>
/// <remarks>
/// A device that warms up or cools refuses power and input requests, and older ones take harm from them. So a wish that does not fit the
/// moment is kept here until it does; its own deadline ends it if that comes too late, and a newer wish takes its place.
/// </remarks>
public sealed partial class PjLinkDriver
{
    private const string Power = "POWR", Input = "INPT", Mute = "AVMT";

    // Switching an input blanks a projector for seconds, in which it may owe an answer.
    private static readonly TimeSpan InputWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MuteWithin = TimeSpan.FromSeconds(2);

    // Ends with the command's own deadline, or when the device is seen not to follow.
    private static readonly TimeSpan PowerWithin = TimeSpan.FromMinutes(20);

    private CommandRequest? _following;

    // Which way the last power wish went, until the device has arrived there; also where its acknowledgement was lost.
    private Told? _wished;
    private CommandRequest? _heldPower;
    private CommandRequest? _heldInput;

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case PowerWords.OnVerb or PowerWords.OffVerb: WishPower(command); break;
            case DisplayWords.InputVerb: WishInput(command); break;
            case DisplayWords.BlankVerb: WishMute(command, '1', DisplayWords.PictureBlanked); break;
            case DisplayWords.MuteSoundVerb: WishMute(command, '2', DisplayWords.SoundMuted); break;
        }
    }

    private void WishPower(CommandRequest command)
    {
        Replace(ref _heldPower, command);
        switch (command.Verb, _power.State)
        {
            case (PowerWords.OnVerb, Mode.Starting or Mode.Warming): Look(command, PowerStates.On); break;
            case (PowerWords.OffVerb, Mode.Stopping or Mode.Cooling): Look(command, PowerStates.Off, PowerStates.Cooling); break;
            case (PowerWords.OnVerb, Mode.Stopping or Mode.Cooling) or (PowerWords.OffVerb, Mode.Starting or Mode.Warming):
                if (_following is { } former) Device.Complete(former, Superseded(command));
                _following = null;
                _heldPower = command;
                break;
            case (PowerWords.OnVerb, _): Switch(command, "1", Told.OnAsked, PowerStates.On); break;
            default: Switch(command, "0", Told.OffAsked, PowerStates.Off, PowerStates.Cooling); break;
        }
    }

    private void Switch(CommandRequest command, string parameter, Told trigger, params Value[] wished)
    {
        _following = command;
        _wished = trigger is Told.OnAsked ? Told.On : Told.Off;
        Device.Ask($"%1{Power} {parameter}", reply => Answer(command, reply, Power, () =>
        {
            _power.Fire(trigger);
            Device.Expect(command, PowerWords.PowerState, wished, PowerWithin, LookAtPower);

            // Where the device is there already, nothing moves that would look at it.
            if (!IsOnTheWay) LookAtPower();
        }), command);
    }

    /// <summary>The same is under way: nothing is sent for it but a question.</summary>
    private void Look(CommandRequest command, params Value[] wished)
    {
        _following = command;
        Device.Expect(command, PowerWords.PowerState, wished, PowerWithin, LookAtPower);
        Device.Ask(PowerQuestion, reply => IsReading(reply, Power) && (Take(reply) || reply.IsError), command, SlowAnswer);
    }

    private void WishInput(CommandRequest command)
    {
        Replace(ref _heldInput, command);
        if (!_inputs.TryCode(command.Args[DisplayWords.NameArgument].Text, out var code))
        {
            Device.Complete(command, CommandResult.Rejected("no such input; name one as the site file does, or by its PJLink code, for example 31"));
            return;
        }

        switch (_power.State)
        {
            case Mode.Starting or Mode.Warming: _heldInput = command; break;
            case Mode.On: SelectInput(command, code); break;
            default: Device.Complete(command, CommandResult.Rejected("the display is not on") with { Retryable = true }); break;
        }
    }

    private void SelectInput(CommandRequest command, string code)
    {
        if (IsOfClass2(code) && _class < 2)
        {
            Device.Complete(command, CommandResult.Rejected($"input {code} needs class 2, and this display has class 1"));
            return;
        }

        Device.Ask($"%{(IsOfClass2(code) ? '2' : '1')}{Input} {code}", reply => Answer(command, reply, Input, () =>
        {
            Device.Expect(command, DisplayWords.SelectedInput, _inputs.Name(code), InputWithin, LookAtInput);
            LookAtInput();
        }), command, SlowAnswer);
    }

    private void WishMute(CommandRequest command, char what, string property)
    {
        if (_power.State is not Mode.On)
        {
            Device.Complete(command, CommandResult.Rejected("the display is not on") with { Retryable = true });
            return;
        }

        var wished = command.Args[property].Flag;
        Device.Ask($"%1{Mute} {what}{(wished ? '1' : '0')}", reply => Answer(command, reply, Mute, () =>
        {
            Device.Expect(command, property, wished, MuteWithin, LookAtMute);
            LookAtMute();
        }), command);
    }

    /// <summary>The device's yes or no; a reading of the same name is neither.</summary>
    private bool Answer(CommandRequest command, PjLinkReply reply, string name, Action accepted)
    {
        if (!reply.Answers(name)) return false;
        NoteFailure(reply);
        if (reply.Value == PjLinkReply.Done)
        {
            Device.Acknowledged(command);
            accepted();
            return true;
        }

        if (!reply.IsError)
        {
            Take(reply);
            return false;
        }

        if (_following == command) _following = null;
        if (name == Power) _wished = null;
        Device.Complete(command, CommandResult.Refused(Words(reply), retryable: reply.Value == PjLinkReply.NotNow));
        return true;
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
        if (state is Mode.On && Taken(ref _heldInput) is { } input) WishInput(input);
        if (state is not (Mode.Off or Mode.Stopping or Mode.Cooling)) return;
        if (Taken(ref _heldInput) is { } late) Device.Complete(late, CommandResult.Rejected("the display did not come on") with { Retryable = true });
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

    private static string Words(PjLinkReply reply) => reply.Value switch
    {
        PjLinkReply.NoSuchCommand => "ERR1: the display does not know this",
        PjLinkReply.OutOfRange => "ERR2: the display has no such input or value",
        PjLinkReply.NotNow => "ERR3: not at this time",
        _ => "ERR4: the display has failed",
    };
}
