using Testing.Sample;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<Notes>();

var app = builder.Build();
app.MapNotes();
await app.RunAsync();
