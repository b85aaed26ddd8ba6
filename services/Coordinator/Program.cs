using Library.Defaults.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddLibraryDefaults("coordinator").AddWriting();

var app = builder.Build();
app.MapLibraryDefaults();
app.Run();
