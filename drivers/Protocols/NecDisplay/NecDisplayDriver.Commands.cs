using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.NecDisplay;

/// <summary>What is wished.</summary>
/// <remarks>While the display goes on or off it has no ear: a wish that does not fit the moment is kept until it does, or until its deadline.</remarks>
public sealed partial class NecDisplayDriver
{
    private const string InputParameter = "0060";
    private const int OnMode = 1, StandbyMode = 2, SuspendMode = 3, OffMode = 4;

    private static readonly TimeSpan InputWithin = TimeSpan.FromSeconds(5);

    // Ends with the command's own deadline, or when the display is seen not to follow.
    private static readonly TimeSpan PowerWithin = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RepeatsAfter = TimeSpan.FromSeconds(1);
    private const int MostTries = 8;

    // What got the NULL message and is asked again when the display has done with itself.
    private readonly List<Action> _later = [];
    private CommandRequest? _following;
    private CommandRequest? _inputWish;

    // Which way the last power wish went, until the display has arrived there; also where its acknowledgement was lost.
    private Told? _wished;

    public override void OnCommand(CommandRequest command)
    {
        if (command.Verb == DisplayWords.InputVerb) WishInput(command);
        else WishPower(command, command.Verb == PowerWords.OnVerb);
    }

    private void WishPower(CommandRequest command, bool on)
    {
        _heldPower.GiveWay(command);
        if (_power.State is Mode.Starting or Mode.Stopping && on != _power.State is Mode.Starting)
        {
            if (_following is { } former) Device.Complete(former, CommandResult.SupersededBy(command));
            _following = null;
            _heldPower.Hold(command);
            return;
        }

        _following = command;
        _wished = on ? Told.On : Told.Off;
        AskForPower(command, on, MostTries);
    }

    private void AskForPower(CommandRequest command, bool on, int tries)
    {
        if (_following == command) Device.Ask($"AC203D6{(on ? OnMode : OffMode):X4}", reply => IsPowerTaken(command, reply, on, tries), command);
        else Device.Complete(command, new(CommandOutcome.Superseded, "replaced by a newer wish"));
    }

    private bool IsPowerTaken(CommandRequest command, NecReply reply, bool on, int tries)
    {
        if (!IsOurs(reply) || !(reply.IsPowerSet || reply.IsNull)) return false;
        if (reply.IsNull && tries > 1)
        {
            Later(() => AskForPower(command, on, tries - 1));
            return true;
        }

        if (!reply.IsPowerSet || !reply.IsTaken)
        {
            if (_following == command) _following = null;
            _wished = null;
            Refuse(command, reply);
            return true;
        }

        Device.Acknowledged(command);
        _power.Fire(on ? Told.OnAsked : Told.OffAsked);
        Device.Expect(command, PowerWords.PowerState, on ? PowerStates.On : PowerStates.Off, PowerWithin, LookAtPower);
        if (_power.State is Mode.On or Mode.Off) LookAtPower();
        return true;
    }

    private void WishInput(CommandRequest command)
    {
        _heldInput.GiveWay(command);
        if (!_inputs.TryCode(command.Args[DisplayWords.NameArgument].Text, out var code))
        {
            Device.Complete(command, CommandResult.Rejected("no such input; name one as the site file or the manual does, or by its code, for example 0011"));
            return;
        }

        switch (_power.State)
        {
            case Mode.Starting: _heldInput.Hold(command); break;
            case Mode.On:
                _inputWish = command;
                SelectInput(command, code);
                break;
            default: Device.Complete(command, CommandResult.Rejected("the display is not on") with { Retryable = true }); break;
        }
    }

    private void SelectInput(CommandRequest command, int code, int tries = MostTries)
    {
        if (_inputWish != command)
        {
            Device.Complete(command, new(CommandOutcome.Superseded, "replaced by a newer wish"));
            return;
        }

        Device.Ask(string.Create(CultureInfo.InvariantCulture, $"E{InputParameter}{code:X4}"), reply =>
        {
            if (!IsOurs(reply) || !(reply.IsNull || reply.IsParameter('F', InputParameter))) return false;
            if (reply.IsNull && tries > 1) Later(() => SelectInput(command, code, tries - 1));
            else if (reply.IsNull || !reply.IsTaken) Refuse(command, reply);
            else
            {
                Device.Acknowledged(command);
                Device.Expect(command, DisplayWords.SelectedInput, _inputs.Name(code), InputWithin, LookAtInput);
                LookAtInput();
            }

            return true;
        }, command);
    }

    private void Later(Action again)
    {
        _later.Add(again);
        Device.StartTimer(RepeatTimer, RepeatsAfter);
    }

    private void DoLater()
    {
        Action[] due = [.. _later];
        _later.Clear();
        foreach (var again in due) again();
    }

    private void Refuse(CommandRequest command, NecReply reply) => Device.Complete(command, reply.IsNull
        ? CommandResult.Refused("NULL: busy, or unknown to this display", retryable: true)
        : CommandResult.Refused($"result {reply.Message[..2]}: not supported by this display"));

    private void Settle(Mode state)
    {
        if (state is Mode.On or Mode.Off && _heldPower.Take() is { } power) WishPower(power, power.Verb == PowerWords.OnVerb);
        if (state is Mode.On && _heldInput.Take() is { } input) WishInput(input);
        if (state is Mode.Off && _heldInput.Take() is { } late) Device.Complete(late, CommandResult.Rejected("the display did not come on") with { Retryable = true });
    }
}
