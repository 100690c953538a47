using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Visca;

/// <summary>What is wished.</summary>
public sealed partial class ViscaDriver
{
    private const string BufferFull = "03", NotNow = "41", Cancelled = "04";
    private const int MostTries = 8, MostStops = 20;
    private const int FullSpeed = 100, FastestZoom = 7;

    private static readonly TimeSpan RetriesAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PowerWithin = TimeSpan.FromSeconds(40);

    private static readonly CommandResult NotOn = CommandResult.Rejected("the camera is in standby; switch it on first") with { Retryable = true };

    private readonly Queue<Action> _later = new();
    private DateTimeOffset _powerSentAt = DateTimeOffset.MinValue;
    private bool? _sentOn;

    // Which way the last power wish went, until the camera has arrived there.
    private bool? _wishedOn;
    private bool _isTurning;
    private bool _isZooming;

    private bool IsDriving => _isTurning || _isZooming;

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case CameraWords.RecallVerb: Recall(command); break;
            case CameraWords.StoreVerb: Store(command); break;
            case CameraWords.MoveVerb: Move(command); break;
            default: WishPower(command); break;
        }
    }

    private void Recall(CommandRequest command)
    {
        _heldRecall.GiveWay(command);
        if (!TryPreset(command, out var preset, out var code)) return;
        if (_camera.State is Mode.Booting)
        {
            _heldRecall.Hold(command);
            return;
        }

        if (_position is not { } from)
        {
            Device.Complete(command, NotOn);
            return;
        }

        Send(command, $"01043F02{code}", (reply, number) => Begin(new(command, preset, from, reply.Socket, number, Device.Now), reply));
    }

    private void Store(CommandRequest command)
    {
        if (!TryPreset(command, out var preset, out var code)) return;
        if (_camera.State is not Mode.Ready)
        {
            Device.Complete(command, NotOn);
            return;
        }

        Send(command, $"01043F01{code}", (_, _) =>
        {
            // Where it leads to from now on is known when the camera has been there.
            _presets.Forget(preset);
            if (_position is { } position && _motion is null) ShowPreset(_presets.At(position, _shownPreset));
            Device.Complete(command, CommandResult.AcknowledgedOnly with { Reason = "stored; no camera shows what it has stored" });
        });
    }

    /// <summary>A speed that is held for a moment: whoever lets go, or is cut off, no longer asks for it.</summary>
    private void Move(CommandRequest command)
    {
        if (_camera.State is not Mode.Ready)
        {
            Device.Complete(command, NotOn);
            return;
        }

        var (pan, tilt, zoom) = (Speed(command, CameraWords.Pan), Speed(command, CameraWords.Tilt), Speed(command, CameraWords.Zoom));
        var parts = new Queue<string>();
        if (pan != 0 || tilt != 0 || zoom == 0 || _isTurning) parts.Enqueue(Drive(pan, tilt));
        if (zoom != 0 || _isZooming) parts.Enqueue(ZoomAt(zoom));
        if (_motion is { } motion) GiveUp(motion, CommandResult.SupersededBy(command));
        (_isTurning, _isZooming) = (pan != 0 || tilt != 0, zoom != 0);
        Device.StopTimer(DeadManTimer);
        MoveOn(command, parts);
    }

    private void MoveOn(CommandRequest command, Queue<string> parts)
    {
        if (!parts.TryDequeue(out var part))
        {
            ShowPreset(0);
            Device.Complete(command, CommandResult.AcknowledgedOnly with { Reason = "the camera turns; where to is read when it stands" });
            if (!IsDriving) Device.StartTimer(SettleTimer, SettlesAfter);
            return;
        }

        // Counted from the sending: an acknowledgement that stays out must not keep a camera turning.
        if (IsDriving) Device.StartTimer(DeadManTimer, TimeSpan.FromMilliseconds(_setup.Options[MoveOption].Integer));

        // Not tried again when the camera is busy: by then the key may have been let go.
        Send(command, part, (_, _) => MoveOn(command, parts), MostTries);
    }

    /// <summary>Nobody asks for the movement any more. It is stopped until the camera has taken it; no guard and no deadline stands before a stop.</summary>
    private void Stop() => Stop(MostStops);

    private void Stop(int tries)
    {
        // Not every camera acknowledges the stop of a zoom.
        if (_isZooming) Tell(ZoomAt(0));
        Ask(Drive(0, 0), reply =>
        {
            switch (reply.Kind)
            {
                case ViscaReplyKind.Acknowledged or ViscaReplyKind.Completed or ViscaReplyKind.Control: Stopped(reply); break;
                case ViscaReplyKind.Error when tries > 1 && reply.Data == BufferFull: Later(() => Stop(tries - 1)); break;
                case ViscaReplyKind.Error: Stopped(reply); break;
                default: return false;
            }

            return true;
        });
    }

    private void Stopped(ViscaReply reply)
    {
        NoteOther(reply);
        _isTurning = _isZooming = false;
        Device.StartTimer(SettleTimer, SettlesAfter);
    }

    private void WishPower(CommandRequest command)
    {
        _heldPower.GiveWay(command);
        var on = command.Verb == PowerWords.OnVerb;
        var rest = TimeSpan.FromSeconds(_setup.Options[RestOption].Integer);
        var wait = _sentOn is { } last && last != on ? _powerSentAt + rest - Device.Now : TimeSpan.Zero;
        if (wait > TimeSpan.Zero)
        {
            // A clock that was set back makes nobody wait longer than that.
            _heldPower.Hold(command);
            Device.StartTimer(RestTimer, wait < rest ? wait : rest);
            return;
        }

        _wishedOn = on;
        Send(command, $"010400{(on ? On : Standby)}", (_, _) =>
        {
            (_sentOn, _powerSentAt) = (on, Device.Now);
            Device.Expect(command, PowerWords.PowerState, on ? PowerStates.On : PowerStates.Off, PowerWithin, Look);
            Device.StartTimer(LookTimer, LooksEvery);
            if (on == _camera.State is Mode.Ready) Look();
        });
    }

    private void PowerRested()
    {
        if (_heldPower.Take() is { } power) WishPower(power);
    }

    /// <summary>Sends a command until the camera has room for it. An answer that its number was there before says that it is done and the answer was lost.</summary>
    private void Send(CommandRequest command, string request, Action<ViscaReply, uint> accepted, int tries = 1)
    {
        uint number = 0;
        number = Ask(request, reply =>
        {
            switch (reply.Kind)
            {
                case ViscaReplyKind.Completed when IsOfOther(reply): return false;
                case ViscaReplyKind.Acknowledged or ViscaReplyKind.Completed:
                case ViscaReplyKind.Control when reply.Data == ViscaReply.AbnormalSequence:
                    NoteOther(reply);
                    Device.Acknowledged(command);
                    accepted(reply, number);
                    return true;
                case ViscaReplyKind.Error when reply.Data == BufferFull && tries < MostTries:
                    Later(() => Send(command, request, accepted, tries + 1));
                    return true;
                case ViscaReplyKind.Error when !IsOfMotion(reply):
                    Device.Complete(command, Refusal(reply));
                    if (reply.Data == NotNow) Look();
                    return true;
                default: return false;
            }
        }, command);
    }

    private void Later(Action again)
    {
        _later.Enqueue(again);
        Device.StartTimer(RetryTimer, RetriesAfter);
    }

    private void DoLater()
    {
        for (var due = _later.Count; due > 0 && _later.TryDequeue(out var again); due--) again();
    }

    private bool TryPreset(CommandRequest command, out int preset, out string code)
    {
        preset = (int)command.Args[CameraWords.NumberArgument].Integer;
        var most = (int)_setup.Options[PresetsOption].Integer;
        var wire = preset - 1 + (int)_setup.Options[FirstOption].Integer;
        code = wire.ToString("X2", CultureInfo.InvariantCulture);
        if (preset >= 1 && preset <= most && wire < 0xFF) return true;
        Device.Complete(command, CommandResult.Rejected($"no preset {preset}: this camera has 1 to {most}, see the option \"{PresetsOption}\""));
        return false;
    }

    private static int Speed(CommandRequest command, string axis) =>
        command.Args.TryGet(axis, out var speed) ? (int)Math.Clamp(speed.Integer, -FullSpeed, FullSpeed) : 0;

    private string Drive(int pan, int tilt)
    {
        var (panSpeed, tiltSpeed) = (Steps(pan, PanSpeedOption), Steps(tilt, TiltSpeedOption));
        var (across, up) = (pan < 0 ? 1 : pan > 0 ? 2 : 3, tilt > 0 ? 1 : tilt < 0 ? 2 : 3);
        return string.Create(CultureInfo.InvariantCulture, $"010601{panSpeed:X2}{tiltSpeed:X2}{across:X2}{up:X2}");
    }

    /// <summary>At least 1, also for an axis that stands: 0 is no speed.</summary>
    private int Steps(int speed, string fastest) => Math.Max(1, (Math.Abs(speed) * (int)_setup.Options[fastest].Integer + FullSpeed - 1) / FullSpeed);

    private static string ZoomAt(int speed)
    {
        var step = Math.Abs(speed) * FastestZoom / FullSpeed;
        return speed == 0 ? "01040700" : string.Create(CultureInfo.InvariantCulture, $"010407{(speed > 0 ? 2 : 3)}{step}");
    }

    private static CommandResult Refusal(ViscaReply reply) => CommandResult.Refused($"{reply.Data}: {Words(reply.Data)}", retryable: reply.Data is BufferFull or NotNow);

    private static string Words(string code) => code switch
    {
        "01" => "wrong length",
        "02" => "syntax error",
        BufferFull => "command buffer full",
        Cancelled => "cancelled",
        "05" => "no such socket",
        NotNow => "not executable at this time",
        _ => "unknown error",
    };
}
