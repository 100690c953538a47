using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.ExtronSmp;

/// <summary>Drives an Extron SMP recorder by its Simple Instruction Set, over RS-232 or TCP with the same words.</summary>
/// <remarks>This file: modes. <c>.Session</c>: greeting, log-in, questions. <c>.Commands</c>: wishes. <c>.Recorder</c>: what the device tells.</remarks>
public sealed partial class ExtronSmpDriver : DeviceDriver<SmpReply>
{
    private readonly StateMachine<Mode, Told> _mode = new(Mode.Unknown);
    private readonly DriverSetup _setup;

    public ExtronSmpDriver(DriverSetup setup) : base(new SmpCodec())
    {
        _setup = setup;
        ConfigureSession();
        ConfigureRecorder();
        _mode.OnTransitioned(Moved);
    }

    internal enum Mode
    {
        Unknown, Linked, Greeting, LoggingIn, Denied, Reading, Known, Stopped, Starting, Recording, Pausing, Paused, Resuming, Stopping, Finalising,
    }

    internal enum Told
    {
        Linked, Greeted, Quiet, Prompted, LoggedIn, Stopped, Finalising, Recording, Paused, RecordAsked, PauseAsked, StopAsked, GaveUp, LinkLost,
    }

    internal static StateMachineInfo Describe() => new ExtronSmpDriver(Manifest.OnPaper())._mode.GetInfo();

    private void ConfigureSession()
    {
        _mode.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Greeting)
            .Ignore(Told.Greeted).Ignore(Told.Quiet).Ignore(Told.Prompted).Ignore(Told.LoggedIn).Ignore(Told.LinkLost).Ignore(Told.GaveUp)
            .Ignore(Told.Stopped).Ignore(Told.Finalising).Ignore(Told.Recording).Ignore(Told.Paused);

        // What was asked before a restart may still be answered behind the new greeting: nothing of it counts until everything is read.
        _mode.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Ignore(Told.Linked).Ignore(Told.Greeted).Ignore(Told.Quiet).Ignore(Told.Prompted).Ignore(Told.LoggedIn).Ignore(Told.GaveUp)
            .Ignore(Told.Stopped).Ignore(Told.Finalising).Ignore(Told.Recording).Ignore(Told.Paused);

        _mode.Configure(Mode.Greeting).SubstateOf(Mode.Linked)
            .OnEntry(AwaitGreeting).OnExit(() => Device.StopTimer(GreetingTimer))
            .Permit(Told.Quiet, Mode.Reading)
            .Permit(Told.Prompted, Mode.LoggingIn)
            .Permit(Told.LoggedIn, Mode.Reading)
            .PermitReentry(Told.Greeted);

        _mode.Configure(Mode.LoggingIn).SubstateOf(Mode.Linked)
            .OnEntry(LogIn)
            .Permit(Told.LoggedIn, Mode.Reading)
            .Permit(Told.Prompted, Mode.Denied);

        _mode.Configure(Mode.Denied).SubstateOf(Mode.Linked).OnEntry(GiveUpLogIn);

        _mode.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(ReadAll)
            .Permit(Told.Greeted, Mode.Greeting)
            .Permit(Told.Prompted, Mode.LoggingIn)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Finalising, Mode.Finalising)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Paused, Mode.Paused);

        // The greeting in the middle of a session: the device has started again, its verbose mode and its recording are gone.
        _mode.Configure(Mode.Known).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised()).OnExit(() => Device.Unusable(StatusReasons.Synchronising))
            .Permit(Told.Greeted, Mode.Greeting)
            .Permit(Told.Prompted, Mode.LoggingIn);
    }

    private void ConfigureRecorder()
    {
        _mode.Configure(Mode.Stopped).SubstateOf(Mode.Known)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Paused, Mode.Paused)
            .Permit(Told.Finalising, Mode.Finalising)
            .Ignore(Told.Stopped).Ignore(Told.StopAsked).Ignore(Told.GaveUp);

        _mode.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .OnEntry(StartFollowing).OnExit(StopFollowing)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Paused, Mode.Paused)
            .Permit(Told.PauseAsked, Mode.Pausing)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.GaveUp, Mode.Stopped)
            .Ignore(Told.RecordAsked).Ignore(Told.Stopped).Ignore(Told.Finalising);

        _mode.Configure(Mode.Recording).SubstateOf(Mode.Known)
            .OnEntryFrom(Told.Recording, IsRecording)
            .Permit(Told.PauseAsked, Mode.Pausing)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Finalising, Mode.Finalising)
            .Permit(Told.Paused, Mode.Paused)
            .Ignore(Told.RecordAsked).Ignore(Told.Recording).Ignore(Told.GaveUp);

        _mode.Configure(Mode.Pausing).SubstateOf(Mode.Known)
            .OnEntry(StartFollowing).OnExit(StopFollowing)
            .Permit(Told.Paused, Mode.Paused)
            .Permit(Told.RecordAsked, Mode.Resuming)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Finalising, Mode.Finalising)
            .Permit(Told.GaveUp, Mode.Recording)
            .Ignore(Told.PauseAsked).Ignore(Told.Recording);

        _mode.Configure(Mode.Paused).SubstateOf(Mode.Known)
            .OnEntryFrom(Told.Paused, () => Device.Clear(Classes.RecorderWords.NotFollowing.Code))
            .Permit(Told.RecordAsked, Mode.Resuming)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Finalising, Mode.Finalising)
            .Ignore(Told.PauseAsked).Ignore(Told.Paused).Ignore(Told.GaveUp);

        _mode.Configure(Mode.Resuming).SubstateOf(Mode.Known)
            .OnEntry(StartFollowing).OnExit(StopFollowing)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.PauseAsked, Mode.Pausing)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Finalising, Mode.Finalising)
            .Permit(Told.GaveUp, Mode.Paused)
            .Ignore(Told.RecordAsked).Ignore(Told.Paused);

        _mode.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .OnEntry(StartFollowing).OnExit(StopFollowing)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Finalising, Mode.Finalising)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.PauseAsked, Mode.Pausing)
            .Permit(Told.GaveUp, Mode.Recording)
            .Ignore(Told.StopAsked).Ignore(Told.Recording).Ignore(Told.Paused);

        _mode.Configure(Mode.Finalising).SubstateOf(Mode.Known)
            .OnEntry(StartFinalising).OnExit(StopFinalising)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Paused, Mode.Paused)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Ignore(Told.Finalising).Ignore(Told.StopAsked).Ignore(Told.GaveUp);
    }
}
