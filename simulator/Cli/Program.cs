using AvGateway.Simulator.Cli;

return await Avsim.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
