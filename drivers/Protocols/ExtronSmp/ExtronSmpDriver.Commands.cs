using System.Buffers;
using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.ExtronSmp;

/// <summary>Wishes. None of them deletes, copies or moves a file.</summary>
public sealed partial class ExtronSmpDriver
{
    private const string FollowTimer = "follow";
    private const string MarkRequest = "\x1B" + "BRCDR\r";
    private const int StopNumber = 0, RecordNumber = 1, PauseNumber = 2;

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(3);

    // A long file is finished for up to a minute; the stop is done when it is.
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(35);

    // Both looks of an expectation, and a second for the answers: by then the mode is what the recorder last showed.
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromSeconds(7);

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_. ");

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case RecorderWords.RecordVerb: Record(command); break;
            case RecorderWords.ResumeVerb: Resume(command); break;
            case RecorderWords.PauseVerb: Pause(command); break;
            case RecorderWords.StopVerb: Stop(command); break;
            default: Mark(command); break;
        }
    }

    public override void OnNotSeen(CommandRequest command, string property)
    {
        if (_mode.State is not Mode.Finalising) NotFollowed();
    }

    private void Record(CommandRequest command)
    {
        var name = command.Args.TryGet("name", out var given) ? given.Text : "";
        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            Device.Complete(command, CommandResult.Rejected("a title holds letters, digits, space, dot, dash and underscore of ASCII only"));
        }
        else if (_mode.State is Mode.Recording or Mode.Starting or Mode.Resuming)
        {
            // Already on the way or there: what the recorder shows decides, a second start would begin nothing.
            LookFor(command, RecordingStates.Recording);
        }
        else if (name.Length == 0 || _mode.State is not Mode.Stopped)
        {
            Send(command, Told.RecordAsked, RecordNumber, RecordingStates.Recording);
        }
        else
        {
            // A recording without its title is worth more than a title without its recording.
            _mode.Fire(Told.RecordAsked);
            Ask(new($"\x1BM13*{name}RCDR\r", reply => reply.Kind is SmpReplyKind.Title, command)
            {
                EndsCommand = false,
                Done = _ => Transport(command, RecordNumber, RecordingStates.Recording),
                Refused = reply =>
                {
                    Device.Happened(TitleRefused, ("reason", Words(reply)));
                    Transport(command, RecordNumber, RecordingStates.Recording);
                },
            });
        }
    }

    private void Resume(CommandRequest command)
    {
        // At rest the same request would begin a new file, which is not what was wished.
        if (_mode.State is Mode.Paused or Mode.Pausing) Send(command, Told.RecordAsked, RecordNumber, RecordingStates.Recording);
        else if (_mode.State is Mode.Recording or Mode.Resuming) LookFor(command, RecordingStates.Recording);
        else Device.Complete(command, CommandResult.Rejected($"nothing to resume while {_mode.State}"));
    }

    private void Pause(CommandRequest command)
    {
        if (_mode.State is Mode.Paused) LookFor(command, RecordingStates.Paused);
        else Send(command, Told.PauseAsked, PauseNumber, RecordingStates.Paused);
    }

    private void Stop(CommandRequest command)
    {
        Device.Clear(RecorderWords.StoppedByItself.Code);
        if (_mode.State is Mode.Stopped or Mode.Finalising) LookFor(command, RecordingStates.Stopped);
        else Send(command, Told.StopAsked, StopNumber, RecordingStates.Stopped);
    }

    private void Mark(CommandRequest command)
    {
        if (_mode.State is Mode.Recording)
            Ask(new(MarkRequest, reply => reply.Kind is SmpReplyKind.Mark, command) { Done = _ => Device.Complete(command, CommandResult.AcknowledgedOnly) });
        else Device.Complete(command, CommandResult.Rejected($"no mark while {_mode.State}"));
    }

    private void Send(CommandRequest command, Told wish, int number, string wished)
    {
        if (!_mode.CanFire(wish))
        {
            Device.Complete(command, CommandResult.Rejected($"{command.Verb} while {_mode.State}"));
            return;
        }

        _mode.Fire(wish);
        Transport(command, number, wished);
    }

    /// <summary>
    /// The echo has the form of a reading and comes for what others do as well: it is taken for an acknowledgement only. The state list
    /// behind it cannot be mistaken.
    /// </summary>
    private void Transport(CommandRequest command, int number, string wished) => Ask(
        new(string.Create(CultureInfo.InvariantCulture, $"\x1BY{number}RCDR\r"), reply => reply.Kind is SmpReplyKind.Transport && reply.Number == number, command)
        {
            Done = _ =>
            {
                Device.Acknowledged(command);
                Await(command, wished);
                LookAtStatus(command);
            },
            Refused = Refused,
        });

    private void LookFor(CommandRequest command, string wished)
    {
        LookAtStatus(command);
        Await(command, wished);
    }

    private void Await(CommandRequest command, string wished) =>
        Device.Expect(command, RecorderWords.RecordingState, wished, wished == RecordingStates.Stopped ? StopsWithin : FollowsWithin, () => LookAtStatus());

    private void Refused(SmpReply reply)
    {
        if (reply.Number == ErrorNotPresent) Device.Raise(RecorderWords.NoMedium.Code, Words(reply));
        if (reply.Number == ErrorNoFile) Device.Raise(RecorderWords.StorageLow.Code, Words(reply));
        _mode.Fire(Told.GaveUp);
        LookAtStatus();
    }

    private void NotFollowed()
    {
        // A recorder that finishes a file and meanwhile says that it records, as the SMP 111 does, has followed.
        if (_mode.State is Mode.Stopping && _readingsAtStandstill >= FinalisingReadings)
        {
            _mode.Fire(Told.Finalising);
            return;
        }

        Device.Raise(RecorderWords.NotFollowing.Code, $"still {_status?.Word ?? "unknown"}", $"仍为 {_status?.Word ?? "未知"}");
        _mode.Fire(Told.GaveUp);
        LookAtStatus();
    }

    private void StartFollowing() => Device.StartTimer(FollowTimer, GivesUpAfter);

    private void StopFollowing() => Device.StopTimer(FollowTimer);
}
