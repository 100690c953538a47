using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Visca;

/// <summary>A preset that was recalled, from the acknowledgement to the position where the camera stands still.</summary>
public sealed partial class ViscaDriver
{
    // A completion in a socket that nobody was told of may be a slip of the camera, or belong to another command: only a camera that has stood for a while is believed.
    private const int LooksAtStrange = 6, LooksAtOwn = 2;

    private static readonly TimeSpan ArrivesWithin = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan SettlesAfter = TimeSpan.FromMilliseconds(250);

    private readonly SeenPresets _presets = new();

    // Sockets of commands that were taken and whose completion is of no interest.
    private readonly HashSet<int> _others = [];
    private Motion? _motion;
    private int _shownPreset;

    private void Begin(Motion motion, ViscaReply reply)
    {
        if (_motion is { HasEnded: false } former && former.Socket != motion.Socket) _others.Add(former.Socket);
        _others.Remove(motion.Socket);
        _motion = motion;
        _isTurning = _isZooming = false;
        Device.StopTimer(DeadManTimer);

        // While it turns it stands at none, also where the one that it goes to is the one that it comes from.
        ShowPreset(0);
        Device.Expect(motion.Command, CameraWords.Preset, motion.Preset, ArrivesWithin, LookLate);
        if (reply.Kind is ViscaReplyKind.Completed) EndMotion(motion, LooksAtOwn);

        // Its acknowledgement was lost, and so may be its completion.
        else if (reply.Kind is ViscaReplyKind.Control) EndMotion(motion, LooksAtStrange);
    }

    private void TakeCompletion(ViscaReply reply)
    {
        if (_motion is not { HasEnded: false } motion)
        {
            _others.Remove(reply.Socket);
            return;
        }

        if (_isHeaded)
        {
            if (reply.Sequence == motion.Number) EndMotion(motion, LooksAtOwn);
        }
        else if (reply.Socket == motion.Socket) EndMotion(motion, LooksAtOwn);
        else if (!_others.Remove(reply.Socket)) EndMotion(motion, LooksAtStrange);
    }

    private void TakeFailure(ViscaReply reply)
    {
        if (_motion is { } motion && IsOfMotion(reply)) GiveUp(motion, Refusal(reply));
        else _others.Remove(reply.Socket);
    }

    private bool IsOfMotion(ViscaReply reply) => _motion is { HasEnded: false } motion
        && (_isHeaded ? reply.Sequence == motion.Number : reply.Socket > 0 && reply.Socket == motion.Socket);

    /// <summary>The completion of what was taken before.</summary>
    private bool IsOfOther(ViscaReply reply) => !_isHeaded && (_others.Contains(reply.Socket) || IsOfMotion(reply));

    /// <summary>A command whose completion tells nothing; it may come later than the next acknowledgement.</summary>
    private void NoteOther(ViscaReply reply)
    {
        if (reply.Kind is ViscaReplyKind.Acknowledged && reply.Socket > 0) _others.Add(reply.Socket);
    }

    private void EndMotion(Motion motion, int looks)
    {
        motion.HasEnded = true;
        motion.LooksLeft = motion.Looks = looks;
        LookAtPosition();
    }

    /// <summary>No completion has come. Where the preset was seen before, the position alone can tell.</summary>
    private void LookLate()
    {
        if (_motion is { } motion) motion.IsLate = true;
        LookAtPosition();
    }

    private void Follow(Motion motion, CameraPosition position)
    {
        if (Device.Now - motion.Since > ArrivesWithin * 2)
        {
            NotArrived(motion);
            return;
        }

        var isThere = _presets[motion.Preset] is { } seen && seen.IsNear(position);
        if (motion.HasEnded)
        {
            var stands = motion.Last == position;
            motion.Last = position;
            motion.LooksLeft = stands ? motion.LooksLeft - 1 : motion.Looks - 1;
            if (motion.LooksLeft <= 0) Arrive(motion, position, isThere);
            else Device.StartTimer(SettleTimer, SettlesAfter);
        }
        else if (motion.IsLate && isThere)
        {
            Arrive(motion, position, isThere);
        }
    }

    private void Arrive(Motion motion, CameraPosition position, bool isThere)
    {
        if (!isThere && _presets[motion.Preset] is not null)
        {
            if (motion.From.IsNear(position))
            {
                Device.Raise(CameraWords.NotFollowing.Code, $"preset {motion.Preset}: it says that it has arrived, and has not moved", $"预置位 {motion.Preset}：称已到达，但未移动");
                GiveUp(motion, CommandResult.NotSeen("the camera says that it has arrived, and has not moved"));
                return;
            }

            Device.Happened(CameraWords.PresetChanged, (CameraWords.NumberArgument, motion.Preset));
        }

        _presets.Saw(motion.Preset, position);
        _motion = null;
        Device.Clear(CameraWords.NotFollowing.Code);
        ShowPreset(motion.Preset);
    }

    private void GiveUp(Motion motion, CommandResult result)
    {
        if (!motion.HasEnded && motion.Socket > 0) _others.Add(motion.Socket);
        _motion = null;
        Device.Complete(motion.Command, result);
        if (_position is { } position) ShowPreset(_presets.At(position, 0));
    }

    public override void OnNotSeen(CommandRequest command, string property)
    {
        if (property == PowerWords.PowerState)
        {
            _wishedOn = null;
            Device.Raise(CameraWords.NotFollowing.Code, command.Verb);
            return;
        }

        if (_motion is not { } motion || motion.Command != command) return;
        NotArrived(motion);
    }

    private void NotArrived(Motion motion)
    {
        Device.Raise(CameraWords.NotFollowing.Code, $"preset {motion.Preset}: it has not arrived", $"预置位 {motion.Preset}：未到达");
        GiveUp(motion, CommandResult.NotSeen("the camera has not arrived"));
    }

    /// <param name="From">Where the camera was when it took the command.</param>
    /// <param name="Number">Of the request, where packets have one.</param>
    private sealed record Motion(CommandRequest Command, int Preset, CameraPosition From, int Socket, uint Number, DateTimeOffset Since)
    {
        public bool HasEnded { get; set; }
        public bool IsLate { get; set; }
        public int Looks { get; set; }
        public int LooksLeft { get; set; }
        public CameraPosition? Last { get; set; }
    }
}
