using Semblance.Cli;

return CommandLine.Run(args);
