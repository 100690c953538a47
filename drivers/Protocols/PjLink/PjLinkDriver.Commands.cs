using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.PjLink;

/// <summary>What is wished.</summary>
public sealed partial class PjLinkDriver
{
    private const string Power = "POWR", Input = "INPT", Mute = "AVMT";

    // Switching an input blanks a projector for seconds, in which it may owe an answer.
    private static readonly TimeSpan InputWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MuteWithin = TimeSpan.FromSeconds(2);

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case PowerWords.OnVerb or PowerWords.OffVerb: _power.Wish(command); break;
            case DisplayWords.InputVerb: WishInput(command); break;
            case DisplayWords.BlankVerb: WishMute(command, '1', DisplayWords.PictureBlanked); break;
            case DisplayWords.MuteSoundVerb: WishMute(command, '2', DisplayWords.SoundMuted); break;
        }
    }

    void IDisplayPowerLine.SendPower(CommandRequest command)
    {
        _power.Asked(command);
        var parameter = command.Verb == PowerWords.OnVerb ? "1" : "0";
        Device.Ask($"%1{Power} {parameter}", reply => Answer(command, reply, Power, () => _power.Taken(command)), command);
    }

    private void WishInput(CommandRequest command)
    {
        _heldInput.GiveWay(command);
        if (!_inputs.TryCode(command.Args[DisplayWords.NameArgument].Text, out var code))
        {
            Device.Complete(command, CommandResult.Rejected("no such input; name one as the site file does, or by its PJLink code, for example 31"));
            return;
        }

        switch (_power.Mode)
        {
            case DisplayMode.Starting or DisplayMode.Warming: _heldInput.Hold(command); break;
            case DisplayMode.On: SelectInput(command, code); break;
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
        if (_power.Mode is not DisplayMode.On)
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

        if (name == Power) _power.NotTaken(command);
        Device.Complete(command, CommandResult.Refused(Words(reply), retryable: reply.Value == PjLinkReply.NotNow));
        return true;
    }

    void IDisplayPowerLine.Settled(DisplayMode mode)
    {
        if (mode is DisplayMode.On && _heldInput.Take() is { } input) WishInput(input);
        if (mode is not (DisplayMode.Off or DisplayMode.Stopping or DisplayMode.Cooling)) return;
        if (_heldInput.Take() is { } late) Device.Complete(late, CommandResult.Rejected("the display did not come on") with { Retryable = true });
    }

    private static string Words(PjLinkReply reply) => reply.Value switch
    {
        PjLinkReply.NoSuchCommand => "ERR1: the display does not know this",
        PjLinkReply.OutOfRange => "ERR2: the display has no such input or value",
        PjLinkReply.NotNow => "ERR3: not at this time",
        _ => "ERR4: the display has failed",
    };
}
