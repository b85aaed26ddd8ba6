Console.Error.WriteLine("sidecar");
return 0;
